//! File modes, octal and symbolic, as Puppet reads them.

use crate::schema::matches;

const READ: u32 = 4;
const WRITE: u32 = 2;
const EXECUTE: u32 = 1;

/// Whether a text is a mode.
pub(super) fn is_valid(mode: &str) -> bool {
    is_octal(mode) || matches(r"\A([ugoa]*[-=+][-=+rstwxXugo]*)(,[ugoa]*[-=+][-=+rstwxXugo]*)*\z", mode)
}

/// Whether a mode is given by number.
pub(super) fn is_octal(mode: &str) -> bool {
    let digits = mode.strip_prefix('0').unwrap_or(mode);
    let is_octal = |text: &str| text.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    is_octal(mode) && !mode.is_empty() && digits.len() <= 4
}

/// A numeric mode without leading zeros; a symbolic one as it is.
pub(super) fn normal(mode: &str) -> String {
    if is_octal(mode) { format!("{:o}", number(mode)) } else { mode.to_owned() }
}

/// The value of octal digits.
pub(super) fn number(mode: &str) -> u32 {
    u32::from_str_radix(mode, 8).unwrap_or_default()
}

/// A numeric mode for a directory: who may read it may enter it.
pub(super) fn for_directory(mode: &str) -> String {
    if !mode.bytes().all(|byte| byte.is_ascii_digit()) {
        return mode.to_owned();
    }
    let mut bits = number(mode);
    for (readable, enterable) in [(0o400, 0o100), (0o40, 0o10), (0o4, 0o1)] {
        if bits & readable != 0 {
            bits |= enterable;
        }
    }
    format!("{bits:o}")
}

/// What a mode makes of the bits that are there.
pub(super) fn apply(mode: &str, current: u32, directory: bool) -> Result<u32, String> {
    if !mode.is_empty() && mode.bytes().all(|byte| (b'0'..=b'7').contains(&byte)) {
        return Ok(number(mode));
    }
    let mut bits = Bits::of(current);
    for part in mode.split(',') {
        bits.change(part.trim(), current & 0o111 != 0 || directory).map_err(|text| {
            let place = if part == mode { String::new() } else { format!(" at {part:?}") };
            format!("{text}{place} in symbolic mode {mode:?}")
        })?;
    }
    Ok(bits.number())
}

/// Three bits for everybody: of the owner, the group, others, and the special ones.
#[derive(Clone, Copy)]
struct Bits {
    owner: u32,
    group: u32,
    others: u32,
    special: u32,
}

impl Bits {
    fn of(mode: u32) -> Self {
        Self { owner: mode >> 6 & 7, group: mode >> 3 & 7, others: mode & 7, special: mode >> 9 & 7 }
    }

    fn number(self) -> u32 {
        self.special << 9 | self.owner << 6 | self.group << 3 | self.others
    }

    fn of_whom(self, who: char) -> u32 {
        match who {
            'u' => self.owner,
            'g' => self.group,
            _ => self.others,
        }
    }

    fn set(&mut self, who: char, bits: u32) {
        match who {
            'u' => self.owner = bits,
            'g' => self.group = bits,
            _ => self.others = bits,
        }
    }

    /// One part: who, then operators and what they add or take.
    fn change(&mut self, part: &str, may_execute: bool) -> Result<(), String> {
        let start = part.find(['-', '+', '=']).ok_or("Missing action")?;
        let (to, actions) = part.split_at(start);
        let to = if to.is_empty() { "a".to_owned() } else { to.to_owned() };
        let mut people: Vec<char> = Vec::new();
        for who in to.replace('a', "ugo").chars() {
            if !people.contains(&who) {
                people.push(who);
            }
        }
        let before = *self;
        for who in people {
            self.act(who, actions, before, may_execute)?;
        }
        Ok(())
    }

    fn act(&mut self, who: char, actions: &str, before: Self, may_execute: bool) -> Result<(), String> {
        let (mut bits, mut action) = (before.of_whom(who), '!');
        let combine = |action: char, bits: u32, more: u32| match action {
            '-' => bits & !more,
            _ => bits | more,
        };
        for letter in actions.chars() {
            match letter {
                '-' | '+' | '=' => {
                    action = letter;
                    if letter == '=' {
                        bits = 0;
                    }
                }
                'u' | 'g' | 'o' => bits = combine(action, bits, before.of_whom(letter)),
                'r' => bits = combine(action, bits, READ),
                'w' => bits = combine(action, bits, WRITE),
                'x' => bits = combine(action, bits, EXECUTE),
                'X' if action != '+' => return Err("X only works with the '+' operator".into()),
                'X' if may_execute => bits |= EXECUTE,
                'X' => {}
                's' | 't' => {
                    let bit = match (letter, who) {
                        ('s', 'u') => 4,
                        ('s', 'g') => 2,
                        _ => 1,
                    };
                    self.special = combine(action, self.special, bit);
                }
                _ => return Err("Unknown operation".into()),
            }
        }
        self.set(who, bits);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbolic_modes_change_bits() {
        for (mode, current, directory, expected) in [
            ("0644", 0o777, false, 0o644),
            ("u+x", 0o644, false, 0o744),
            ("a-w,u+w", 0o666, false, 0o644),
            ("u=rwX,g=rX", 0o600, false, 0),
            ("u+rwX,g+rX", 0o600, true, 0o750),
            ("g=u", 0o741, false, 0o771),
            ("u+s,+t", 0o755, false, 0o5755),
            ("=r", 0o777, false, 0o444),
            ("ug=rw,o=", 0o777, false, 0o660),
        ] {
            let found = apply(mode, current, directory);
            if mode.contains("=rwX") {
                assert!(found.unwrap_err().starts_with("X only works with the '+' operator"));
            } else {
                assert_eq!(found, Ok(expected), "{mode}");
            }
        }
    }

    #[test]
    fn modes_are_read_and_shown() {
        for (mode, valid) in [
            ("0644", true),
            ("644", true),
            ("99", false),
            ("07777", true),
            ("077777", false),
            ("u+rwx", true),
            ("x", false),
        ] {
            assert_eq!(is_valid(mode), valid, "{mode}");
        }
        assert_eq!((normal("0644"), for_directory("640")), ("644".into(), "750".into()));
    }
}
