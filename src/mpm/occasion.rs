//! What is worth a line in the log when it begins, and none as long as it goes on or keeps coming back.

/// Something that is looked at once a second.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Occasion {
    was_told: bool,
    /// Looks until it may be told again.
    silence: u32,
}

/// Looks between two lines, however often it comes and goes in between.
const SILENCE: u32 = 60;

impl Occasion {
    /// Whether it is to be told now, if it `is_so` now.
    pub fn is_news(&mut self, is_so: bool) -> bool {
        self.silence = self.silence.saturating_sub(1);
        self.was_told &= is_so;
        let is_news = is_so && !self.was_told && self.silence == 0;
        if is_news {
            *self = Self { was_told: true, silence: SILENCE };
        }
        is_news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(looks: impl Iterator<Item = bool>) -> usize {
        let mut occasion = Occasion::default();
        looks.filter(|&is_so| occasion.is_news(is_so)).count()
    }

    #[test]
    fn it_is_told_when_it_begins() {
        for (looks, times) in [
            (vec![false; 99], 0),
            (vec![true; 999], 1),
            ([vec![true; 9], vec![false; 99], vec![true; 9]].concat(), 2),
            ([vec![true; 9], vec![false; 9], vec![true; 99]].concat(), 2),
            ([true, false].repeat(60), 2),
        ] {
            assert_eq!(told(looks.iter().copied()), times, "{looks:?}");
        }
    }
}
