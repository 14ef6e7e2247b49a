//! What not even every POSIX system has.

/// The error that says that too many descriptors are on their way (unix(7)).
pub(crate) const TOO_MANY_ON_THEIR_WAY: Option<i32> = Some(libc::ETOOMANYREFS);

pub(crate) fn load_average() -> Option<[f64; 3]> {
    let mut averages = [0.0; 3];
    // SAFETY: getloadavg writes at most the three doubles it is told of.
    let count = unsafe { libc::getloadavg(averages.as_mut_ptr(), 3) };
    (count == 3).then_some(averages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn load_averages_are_not_negative() {
        assert!(load_average().unwrap().iter().all(|&load| load >= 0.0));
    }

    #[test]
    fn the_error_has_a_number() {
        assert!(TOO_MANY_ON_THEIR_WAY.unwrap() > 0);
    }
}
