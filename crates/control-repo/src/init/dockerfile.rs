//! Dockerfiles as instructions: comments, continuation lines, parser directives and here-documents.
//!
//! Knows how a Dockerfile is written, not what its instructions mean.

/// One instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Instruction {
    /// Line of the keyword, from 1.
    pub line: usize,
    /// Upper case.
    pub keyword: String,
    /// Everything after the keyword and its `--flag`s, on one line; lines of a here-document follow.
    pub arguments: String,
    /// `--name=value`s before the arguments.
    pub flags: Vec<String>,
}

impl Instruction {
    /// The arguments of the exec form, `["a", "b"]`.
    pub fn exec_form(&self) -> Option<Vec<String>> {
        self.arguments.starts_with('[').then(|| serde_json::from_str(&self.arguments).ok())?
    }

    /// The instruction that an `ONBUILD` holds.
    pub fn inner(&self) -> Option<Self> {
        (self.keyword == "ONBUILD").then(|| instruction(self.line, &self.arguments))?
    }
}

/// All instructions of a text. Nothing is refused: what is no instruction comes out as an unknown one.
pub(super) fn parse(text: &str) -> Vec<Instruction> {
    let escape = escape_character(text);
    let mut lines = text.lines().enumerate();
    let mut instructions = Vec::new();
    while let Some((index, line)) = lines.next() {
        if is_comment(line) {
            continue;
        }
        let mut joined = String::new();
        let mut piece = line;
        // Comments and empty lines in the middle of an instruction do not end it.
        while let Some(start) = piece.trim_end().strip_suffix(escape) {
            joined.push_str(start);
            match lines.by_ref().map(|(_, line)| line).find(|line| !is_comment(line)) {
                Some(next) => piece = next,
                None => piece = "",
            }
        }
        joined.push_str(piece);
        let Some(mut instruction) = instruction(index + 1, &joined) else { continue };
        if matches!(instruction.keyword.as_str(), "RUN" | "COPY" | "ADD") {
            for (end, strips_tabs) in here_documents(&instruction.arguments) {
                for (_, line) in lines.by_ref() {
                    if (if strips_tabs { line.trim_start_matches('\t') } else { line }) == end {
                        break;
                    }
                    instruction.arguments.push('\n');
                    instruction.arguments.push_str(line);
                }
            }
        }
        instructions.push(instruction);
    }
    instructions
}

fn instruction(line: usize, text: &str) -> Option<Instruction> {
    let text = text.trim();
    let (keyword, mut rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    rest = rest.trim_start();
    let mut flags = Vec::new();
    while rest.starts_with("--") {
        let (flag, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        flags.push(flag.to_owned());
        rest = after.trim_start();
    }
    let keyword = keyword.to_ascii_uppercase();
    (!keyword.is_empty()).then(|| Instruction { line, keyword, arguments: rest.to_owned(), flags })
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

/// `# escape=` may stand among the directives at the very top.
fn escape_character(text: &str) -> char {
    let directives = text.lines().map_while(|line| line.trim_start().strip_prefix('#')?.split_once('='));
    let escape = directives.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("escape"));
    if escape.is_some_and(|(_, value)| value.trim() == "`") { '`' } else { '\\' }
}

/// The end words of here-documents, and whether leading tabs are stripped.
fn here_documents(arguments: &str) -> Vec<(String, bool)> {
    let starts = arguments.match_indices("<<").map(|(at, _)| &arguments[at + 2..]);
    starts
        .filter_map(|rest| {
            let (rest, strips_tabs) = rest.strip_prefix('-').map_or((rest, false), |rest| (rest, true));
            let rest = rest.trim_start_matches(['"', '\'']);
            let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            (!word.is_empty()).then_some((word, strips_tabs))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> Vec<String> {
        let show = |i: Instruction| format!("{} {} {}|{}", i.line, i.keyword, i.flags.join(" "), i.arguments);
        parse(text).into_iter().map(show).collect()
    }

    #[test]
    fn instructions_are_joined_and_comments_left_out() {
        let text = "# syntax=docker/dockerfile:1\n\nfrom --platform=linux/amd64 debian:13\n\
                    RUN a && \\\n  # why\n\n    b \\\n\n&& c\n  CMD [\"x\"]\n\\";
        let expected =
            ["3 FROM --platform=linux/amd64|debian:13", "4 RUN |a &&     b && c", "10 CMD |[\"x\"]"];
        assert_eq!(show(text), expected);
        assert_eq!(show("# escape=`\nRUN a `\n b\\\nUSER x\n"), ["2 RUN |a  b\\", "4 USER |x"]);
    }

    #[test]
    fn here_documents_belong_to_their_instruction() {
        let text = "RUN <<EOF cat <<-'B'\na\nEOF\n\tb\n\tB\nUSER x\nRUN <<UNENDED\ny\n";
        assert_eq!(show(text), ["1 RUN |<<EOF cat <<-'B'\na\n\tb", "6 USER |x", "7 RUN |<<UNENDED\ny"]);
    }

    #[test]
    fn forms() {
        let [run, onbuild] = &parse("CMD [\"a\", \"b c\"]\nONBUILD ADD --chown=0 puppet /puppet")[..] else {
            panic!()
        };
        assert_eq!(run.exec_form().unwrap(), ["a", "b c"]);
        let inner = onbuild.inner().unwrap();
        assert_eq!(
            (inner.keyword.as_str(), inner.arguments.as_str(), inner.line),
            ("ADD", "puppet /puppet", 2)
        );
        assert_eq!(parse("CMD ['a']")[0].exec_form(), None);
    }
}
