//! Times, addresses and texts as words of shared memory, and back.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(super) fn micros(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros() as u64)
}

pub(super) fn time(micros: u64) -> Option<SystemTime> {
    let known = (micros != 0).then(|| Duration::from_micros(micros))?;
    UNIX_EPOCH.checked_add(known)
}

pub(super) fn write_times(words: &[AtomicU64]) {
    let own = os::process::times().unwrap_or_default();
    let children = os::process::times_of_children().unwrap_or_default();
    for (word, time) in words.iter().zip([own.user, own.system, children.user, children.system]) {
        word.store(time.as_micros() as u64, Relaxed);
    }
}

/// An IPv6 address, perhaps one that stands for an IPv4 address; zero is none.
pub(super) fn write_address(words: &[AtomicU64], address: IpAddr) {
    let bits = match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    };
    for (word, half) in words.iter().zip([(bits >> 64) as u64, bits as u64]) {
        word.store(half, Relaxed);
    }
}

pub(super) fn read_address(words: &[AtomicU64]) -> String {
    let bits = words.iter().fold(0, |bits, word| bits << 64 | u128::from(word.load(Relaxed)));
    if bits == 0 { String::new() } else { Ipv6Addr::from_bits(bits).to_canonical().to_string() }
}

/// Text ends at its first zero byte, or where the words end.
pub(super) fn write_text(words: &[AtomicU64], text: &[u8]) {
    let (whole, rest) = text.as_chunks();
    let mut words = words.iter();
    for (bytes, word) in whole.iter().zip(words.by_ref()) {
        word.store(u64::from_ne_bytes(*bytes), Relaxed);
    }
    if let Some(word) = words.next() {
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        word.store(u64::from_ne_bytes(last), Relaxed);
    }
}

/// What is cut in the middle of a character ends before it.
pub(super) fn read_text(words: &[AtomicU64]) -> String {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.load(Relaxed).to_ne_bytes()).collect();
    let end = bytes.iter().position(|&byte| byte == 0);
    let text = String::from_utf8_lossy(&bytes[..end.unwrap_or(bytes.len())]);
    let text = if end.is_none() { text.trim_end_matches(char::REPLACEMENT_CHARACTER) } else { &*text };
    text.to_owned()
}
