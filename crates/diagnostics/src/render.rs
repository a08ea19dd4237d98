//! Diagnostics for a terminal: the place, the source line underlined, and the hints.
//!
//! The one module that knows annotate-snippets. Colour is the caller's decision.

use std::sync::Arc;

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Renderer, Snippet};

use crate::{Diagnostic, Place, Severity, SourceFile};

/// Whether a rendering may use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Text alone, for files, pipes and `NO_COLOR`.
    Plain,
    /// With ANSI escape sequences.
    Coloured,
}

impl Diagnostic {
    /// For a terminal: several lines, without a line break at the end.
    pub fn render(&self, style: Style) -> String {
        let renderer = match style {
            Style::Plain => Renderer::plain(),
            Style::Coloured => Renderer::styled(),
        };
        let title = level(self.severity).primary_title(self.message.as_str());
        let title = match self.code {
            Some(code) => title.id(code),
            None => title,
        };
        let snippets = self.snippets();
        let hints = self.hints.iter().map(String::as_str);
        if snippets.is_empty() {
            // Without a source line there is no frame for the hints to hang on.
            let alone = hints.map(|hint| Group::with_title(hint_level().primary_title(hint)));
            let groups = std::iter::once(Group::with_title(title)).chain(alone);
            return groups.map(|group| renderer.render(&[group])).collect::<Vec<_>>().join("\n");
        }
        let hints = hints.map(|hint| hint_level().message(hint));
        renderer.render(&[Group::with_title(title).elements(snippets).elements(hints)])
    }

    /// One snippet for each source that the diagnostic speaks of, its own first.
    fn snippets(&self) -> Vec<Element<'_>> {
        let is_own = |place: &Place| self.place.as_ref() == Some(place);
        let own_label = self.labels.iter().find(|label| is_own(&label.place));
        let own = self
            .place
            .iter()
            .map(|place| (AnnotationKind::Primary, place, own_label.map(|label| label.message.as_str())));
        let others = self
            .labels
            .iter()
            .filter(|label| !is_own(&label.place))
            .map(|label| (AnnotationKind::Context, &label.place, Some(label.message.as_str())));
        let mut by_source: Vec<(&Arc<SourceFile>, Vec<Mark<'_>>)> = Vec::new();
        for mark in own.chain(others) {
            match by_source.iter_mut().find(|(source, _)| *source == &mark.1.source) {
                Some((_, marks)) => marks.push(mark),
                None => by_source.push((&mark.1.source, vec![mark])),
            }
        }
        by_source.into_iter().map(|(source, marks)| snippet(source, marks).into()).collect()
    }
}

type Mark<'a> = (AnnotationKind, &'a Place, Option<&'a str>);

fn hint_level() -> Level<'static> {
    Level::HELP.with_name("hint")
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

/// The annotated lines of one source. Only the lines between the first and the last mark are handed
/// over, so that the cost does not grow with the file.
fn snippet<'a>(source: &'a SourceFile, marks: Vec<Mark<'a>>) -> Snippet<'a, Annotation<'a>> {
    let ranges: Vec<_> = marks.iter().map(|(_, place, _)| source.clip(place.span)).collect();
    let start = ranges.iter().map(|range| range.start).min().unwrap_or(0);
    let end = ranges.iter().map(|range| range.end).max().unwrap_or(0);
    let window = source.lines_around(start..end);
    let annotations = marks.into_iter().zip(ranges).map(|((kind, _, label), range)| {
        kind.span(range.start - window.start..range.end - window.start).label(label)
    });
    Snippet::source(&source.text()[window.clone()])
        .path(source.name())
        .line_start(source.position(window.start as u32).line as usize)
        .annotations(annotations.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Diagnostics, Span};

    fn source(text: &str) -> Arc<SourceFile> {
        Arc::new(SourceFile::new("effigy.yaml", text))
    }

    #[test]
    fn shows_place_line_label_and_hints() {
        let source = source("images:\n  web:\n\texposé: [80]\n");
        let diagnostic = Diagnostic::error("unknown key `exposé`")
            .code("unknown-key")
            .at(&source, Span::new(16, 23))
            .label(&source, Span::new(16, 23), "not a key of an image")
            .label(&source, Span::new(10, 13), "this image")
            .hint("did you mean `expose`?")
            .hint("see the manual");
        let expected = "\
error[unknown-key]: unknown key `exposé`
 --> effigy.yaml:3:2
  |
2 |   web:
  |   --- this image
3 |     exposé: [80]
  |     ^^^^^^ not a key of an image
  |
  = hint: did you mean `expose`?
  = hint: see the manual";
        assert_eq!(diagnostic.render(Style::Plain), expected);
        let coloured = diagnostic.render(Style::Coloured);
        assert!(coloured.contains("\u{1b}[") && coloured.contains("exposé: [80]"), "{coloured}");
    }

    #[test]
    fn what_has_no_place_is_title_and_hints() {
        let diagnostics = Diagnostics(vec![Diagnostic::warning("odd").hint("a"), Diagnostic::note("so")]);
        assert_eq!(diagnostics.render(Style::Plain), "warning: odd\nhint: a\n\nnote: so");
    }

    #[test]
    fn a_label_may_lie_in_another_file() {
        let (own, other) = (source("a: 1"), Arc::new(SourceFile::new("site.pp", "x\ny")));
        let diagnostic =
            Diagnostic::error("twice").at(&own, Span::new(0, 1)).label(&other, Span::new(2, 3), "here");
        let expected = "\
error: twice
 --> effigy.yaml:1:1
  |
1 | a: 1
  | ^
  |
 ::: site.pp:2:1
  |
2 | y
  | - here";
        assert_eq!(diagnostic.render(Style::Plain), expected);
    }

    #[test]
    fn any_span_of_any_text_can_be_shown() {
        let text = "\u{feff}a\tb\r\n\r\n日本\u{301}\u{200b}\u{1b}[31m\n\n\0x";
        let source = source(text);
        for start in 0..text.len() + 3 {
            for end in 0..text.len() + 3 {
                let span = Span::new(start, end);
                let rendered = Diagnostic::error("x").at(&source, span).render(Style::Plain);
                let place = format!("--> effigy.yaml:{}\n", source.position(span.start));
                assert!(rendered.contains(&place), "{start}..{end}: {place} in {rendered}");
                assert!(!rendered.contains('\u{1b}'), "{rendered}");
            }
        }
    }
}
