//! The random numbers of Ruby's `Random`: MT19937, begun with all words of the seed.

const LENGTH: usize = 624;
const SHIFT: usize = 397;

/// A sequence of random numbers.
pub(super) struct MersenneTwister {
    state: [u32; LENGTH],
    next: usize,
}

impl MersenneTwister {
    /// The sequence of a seed.
    pub fn of(seed: u128) -> Self {
        let mut words = Vec::new();
        let mut rest = seed;
        while rest != 0 || words.is_empty() {
            words.push(low_word(rest));
            rest >>= 32;
        }
        let mut twister = Self { state: [0; LENGTH], next: LENGTH };
        twister.begin(19_650_218);
        twister.mix(&words);
        twister
    }

    /// A number from 0 to a limit, each as likely as the others.
    pub fn at_most(&mut self, limit: u64) -> u64 {
        let mask = if limit == 0 { return 0 } else { u64::MAX >> limit.leading_zeros() };
        'again: loop {
            let mut value = 0;
            for half in [32, 0] {
                if mask >> half == 0 {
                    continue;
                }
                value |= u64::from(self.word()) << half;
                value &= mask;
                if limit < value {
                    continue 'again;
                }
            }
            return value;
        }
    }

    fn at(&self, index: usize) -> u32 {
        self.state.get(index % LENGTH).copied().unwrap_or_default()
    }

    fn set(&mut self, index: usize, value: u32) {
        if let Some(word) = self.state.get_mut(index) {
            *word = value;
        }
    }

    fn begin(&mut self, seed: u32) {
        self.set(0, seed);
        for (index, count) in (1..LENGTH).zip(1_u32..) {
            let before = self.at(index - 1);
            self.set(index, 1_812_433_253_u32.wrapping_mul(before ^ (before >> 30)).wrapping_add(count));
        }
    }

    fn mix(&mut self, words: &[u32]) {
        let mut index = 1;
        for (place, word) in words
            .iter()
            .zip(0_u32..)
            .map(|(word, place)| (place, *word))
            .cycle()
            .take(LENGTH.max(words.len()))
        {
            let before = self.at(index - 1);
            let mixed = self.at(index) ^ (before ^ (before >> 30)).wrapping_mul(1_664_525);
            self.set(index, mixed.wrapping_add(word).wrapping_add(place));
            index = self.following(index);
        }
        for _ in 1..LENGTH {
            let before = self.at(index - 1);
            let mixed = self.at(index) ^ (before ^ (before >> 30)).wrapping_mul(1_566_083_941);
            self.set(index, mixed.wrapping_sub(u32::try_from(index).unwrap_or_default()));
            index = self.following(index);
        }
        self.set(0, 0x8000_0000);
    }

    fn following(&mut self, index: usize) -> usize {
        if index + 1 < LENGTH {
            return index + 1;
        }
        let last = self.at(LENGTH - 1);
        self.set(0, last);
        1
    }

    fn word(&mut self) -> u32 {
        if self.next >= LENGTH {
            self.twist();
        }
        let mut word = self.at(self.next);
        self.next += 1;
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        word ^ (word >> 18)
    }

    fn twist(&mut self) {
        for index in 0..LENGTH {
            let joined = (self.at(index) & 0x8000_0000) | (self.at(index + 1) & 0x7fff_ffff);
            let odd = if joined & 1 == 0 { 0 } else { 0x9908_b0df };
            self.set(index, self.at(index + SHIFT) ^ (joined >> 1) ^ odd);
        }
        self.next = 0;
    }
}

fn low_word(value: u128) -> u32 {
    u32::try_from(value & u128::from(u32::MAX)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_the_numbers_of_the_reference() {
        let mut twister = MersenneTwister::of(0x456_0000_0345_0000_0234_0000_0123);
        assert_eq!([twister.word(), twister.word()], [1_067_595_299, 955_945_823]);
    }
}
