//! ETag and Last-Modified of a file (RFC 9110, 8.8; Apache's FileETag).

use std::fmt::Write as _;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::time::SystemTime;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use os::file::Info;
use sha1::{Digest as _, Sha1};

use crate::core_module::ETagParts;
use crate::request::Value;
use crate::request::conditional::{format_date, seconds};

/// The validators of a file as they were at one moment, ready to be sent.
pub(crate) struct Validators {
    pub(crate) etag: Option<Value>,
    pub(crate) modified: Value,
    /// The same in seconds since the epoch.
    pub(crate) modified_seconds: i64,
}

impl Validators {
    /// `now` is when the request came: nothing was modified later than that, whatever its time says.
    pub(crate) fn of(info: &Info, parts: ETagParts, now: SystemTime) -> Self {
        let modified_seconds = info.modified.min(seconds(now));
        Self {
            etag: entity_tag(info, parts, now).map(Value::from),
            modified: format_date(modified_seconds),
            modified_seconds,
        }
    }

    /// With a tag that says what is in the file, whenever and wherever it was written: FileETag Digest.
    pub(crate) fn digested(self, contents: Sha1) -> Self {
        let digest = BASE64_STANDARD.encode(contents.finalize());
        Self { etag: Some(format!("\"{digest}\"").into()), ..self }
    }

    pub(crate) fn etag(&self) -> Option<&[u8]> {
        self.etag.as_ref().map(Value::as_bytes)
    }
}

/// Reads the first `size` bytes of a file; fewer are an error.
pub(crate) fn sha1_of(file: &File, size: u64) -> io::Result<Sha1> {
    let mut sha1 = Sha1::new();
    let mut buffer = [0; 16 * 1024];
    let mut offset = 0;
    while offset < size {
        let most = buffer.len().min((size - offset) as usize);
        let count = file.read_at(&mut buffer[..most], offset)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        sha1.update(&buffer[..count]);
        offset += count as u64;
    }
    Ok(sha1)
}

/// `"inode-size-mtime"`, each in hexadecimal, the time in microseconds: what of it FileETag asks for. A file changed
/// within the last second gets a weak tag, for it may change again within that second.
fn entity_tag(info: &Info, parts: ETagParts, now: SystemTime) -> Option<String> {
    let parts = if parts.contains(ETagParts::DIGEST) { ETagParts::SIZE | ETagParts::MTIME } else { parts };
    let age = now.duration_since(info.modified_time()).unwrap_or_default();
    let mut tag = String::with_capacity(48);
    tag.push_str(if age.as_secs() >= 1 { "\"" } else { "W/\"" });
    let microseconds = info.modified.wrapping_mul(1_000_000) + i64::from(info.modified_nanos / 1000);
    let numbers = [
        (ETagParts::INODE, info.inode),
        (ETagParts::SIZE, info.size),
        (ETagParts::MTIME, microseconds.cast_unsigned()),
    ];
    let mut any = false;
    for (_, number) in numbers.into_iter().filter(|(part, _)| parts.contains(*part)) {
        let dash = if any { "-" } else { "" };
        let written = write!(tag, "{dash}{number:x}");
        debug_assert!(written.is_ok(), "a String takes all text");
        any = true;
    }
    tag.push('"');
    any.then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    fn info() -> Info {
        let file = tempfile::tempfile().unwrap();
        let info = Info::of_file(&file).unwrap();
        Info { size: 0x2d, inode: 0xabc, modified: 1_000_000_000, modified_nanos: 123_456_789, ..info }
    }

    fn tag(parts: ETagParts, seconds_later: u64) -> Option<String> {
        let now = UNIX_EPOCH + Duration::new(1_000_000_000 + seconds_later, 500_000_000);
        entity_tag(&info(), parts, now)
    }

    #[test]
    fn a_tag_is_made_of_what_file_etag_asks_for() {
        let table = [
            (ETagParts::MTIME | ETagParts::SIZE, Some("\"2d-38d7ea4c8e240\"")),
            (ETagParts::SIZE, Some("\"2d\"")),
            (ETagParts::INODE | ETagParts::SIZE | ETagParts::MTIME, Some("\"abc-2d-38d7ea4c8e240\"")),
            (ETagParts::DIGEST, Some("\"2d-38d7ea4c8e240\"")),
            (ETagParts::empty(), None),
        ];
        for (parts, expected) in table {
            let expected =
                expected.map(|tag| tag.replace("38d7ea4c8e240", &format!("{:x}", 1_000_000_000_123_456u64)));
            assert_eq!(tag(parts, 60), expected);
        }
    }

    #[test]
    fn a_digest_is_of_the_bytes_alone() {
        let text = vec![b'x'; 40_000];
        let file = tempfile::tempfile().unwrap();
        file.write_all_at(&text, 0).unwrap();
        let sha1 = sha1_of(&file, 40_000).unwrap();
        assert_eq!(sha1.clone().finalize(), Sha1::digest(&text));
        let validators = Validators::of(&info(), ETagParts::DIGEST, SystemTime::now()).digested(sha1);
        assert_eq!(validators.etag().map(<[u8]>::len), Some(30));
        assert!(sha1_of(&file, 40_001).is_err(), "it has become shorter");
    }

    #[test]
    fn a_tag_of_a_file_that_may_still_change_is_weak() {
        let weak = tag(ETagParts::SIZE, 0).unwrap();
        assert_eq!(weak, "W/\"2d\"");
        assert_eq!(tag(ETagParts::SIZE, 1).as_deref(), Some("\"2d\""));
    }

    #[test]
    fn nothing_was_modified_in_the_future() {
        let now = UNIX_EPOCH + Duration::from_secs(5);
        let validators = Validators::of(&info(), ETagParts::SIZE, now);
        assert_eq!(validators.modified_seconds, 5);
        assert_eq!(validators.modified.as_bytes(), b"Thu, 01 Jan 1970 00:00:05 GMT");
        assert_eq!(validators.etag(), Some(&b"W/\"2d\""[..]));
    }
}
