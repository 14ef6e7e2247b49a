//! The chunked transfer coding, both ways: RFC 9112, 7.1.

use crate::bytes::{TOKEN, VALUE, is, is_ows};
use crate::numbers::hexadecimal;
use crate::trim;

/// How much of what is not data a body may carry.
#[derive(Debug, Clone, Copy)]
pub struct ChunkLimits {
    /// Bytes of all chunk extensions of a body.
    pub extensions: usize,
    /// Bytes of the trailer section.
    pub trailers: usize,
}

impl Default for ChunkLimits {
    fn default() -> ChunkLimits {
        ChunkLimits { extensions: 16 * 1024, trailers: 16 * 1024 }
    }
}

/// What [`ChunkedBody::decode`] found at the start of its input. `consumed` bytes are done with; the rest belongs to
/// the next call or, after the end, to the next request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// There is data: `input[start..start + len]`, at least one byte, which ends where `consumed` does.
    Data {
        /// Done with, data included.
        consumed: usize,
        /// Where the data starts in the input.
        start: usize,
        /// How much of it there is.
        len: usize,
    },
    /// All of the input is consumed and the body goes on.
    NeedMore {
        /// The length of the input.
        consumed: usize,
    },
    /// The body ends here.
    End {
        /// Done with; what follows is not of this request.
        consumed: usize,
    },
}

/// Why a body cannot be read on. The connection must be closed after the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkError {
    /// 400, or 431 for too long a trailer section.
    pub status: u16,
    /// What is wrong, for the log.
    pub reason: &'static str,
}

impl std::fmt::Display for ChunkError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.reason)
    }
}

impl std::error::Error for ChunkError {}

/// Reads a chunked body, in whatever pieces it comes.
#[derive(Debug, Clone)]
pub struct ChunkedBody {
    limits: ChunkLimits,
    state: State,
    /// The size of the chunk while it is read, then how much of it is left.
    size: u64,
    digits: u8,
    extensions: usize,
    /// The trailer section's lines as received.
    trailers: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Size,
    /// White space before an extension.
    Blank,
    Extension,
    SizeLf,
    Data,
    DataCr,
    DataLf,
    TrailerStart,
    TrailerName,
    TrailerValue,
    TrailerLf,
    EndLf,
    Done,
}

impl ChunkedBody {
    /// The reader of one body.
    pub fn new(limits: ChunkLimits) -> ChunkedBody {
        ChunkedBody { limits, state: State::Size, size: 0, digits: 0, extensions: 0, trailers: Vec::new() }
    }

    /// Reads on until there is data, the input is used up, or the body ends. After an error, reading is over; after
    /// the end, so it is too, and nothing more is consumed.
    pub fn decode(&mut self, input: &[u8]) -> Result<Step, ChunkError> {
        for (at, &byte) in input.iter().enumerate() {
            match self.state {
                State::Data => return Ok(self.data(at, input.len())),
                State::Done => return Ok(Step::End { consumed: at }),
                _ => self.state = self.next(byte)?,
            }
        }
        let consumed = input.len();
        Ok(if self.state == State::Done { Step::End { consumed } } else { Step::NeedMore { consumed } })
    }

    /// Name and value of each field of the trailer section, as far as it was read. Few of them may be merged into the
    /// head (RFC 9110, 6.5.1).
    pub fn trailers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.trailers.split(|&byte| byte == b'\n').filter_map(|line| {
            let colon = line.iter().position(|&byte| byte == b':')?;
            Some((std::str::from_utf8(&line[..colon]).ok()?, trim(&line[colon + 1..])))
        })
    }

    fn data(&mut self, start: usize, end: usize) -> Step {
        let len = usize::try_from(self.size).unwrap_or(usize::MAX).min(end - start);
        self.size -= len as u64;
        if self.size == 0 {
            self.state = State::DataCr;
        }
        Step::Data { consumed: start + len, start, len }
    }

    /// The state after a byte that is no data.
    fn next(&mut self, byte: u8) -> Result<State, ChunkError> {
        match (self.state, byte) {
            (State::Size, _) => self.size_byte(byte),
            (State::Blank | State::Extension, _) => self.extension_byte(byte),
            (State::SizeLf, b'\n') if self.size == 0 => Ok(State::TrailerStart),
            (State::SizeLf, b'\n') => Ok(State::Data),
            (State::DataCr, b'\r') => Ok(State::DataLf),
            (State::DataLf, b'\n') => {
                self.digits = 0;
                Ok(State::Size)
            }
            (State::DataCr | State::DataLf, _) => Err(bad("a chunk does not end where its size says")),
            (State::TrailerStart, b'\r') => Ok(State::EndLf),
            (State::TrailerStart | State::TrailerName | State::TrailerValue | State::TrailerLf, _) => {
                self.trailer_byte(byte)
            }
            (State::EndLf, b'\n') => Ok(State::Done),
            _ => Err(bad("a carriage return without line feed in a chunked body")),
        }
    }

    fn size_byte(&mut self, byte: u8) -> Result<State, ChunkError> {
        if let Some(digit) = char::from(byte).to_digit(16) {
            self.size = u64::from(digit) | if self.digits == 0 { 0 } else { self.size << 4 };
            self.digits = self.digits.saturating_add(1);
            // Sixteen digits fit, and a size that is positive as a signed number cannot make sums overflow.
            let fits = self.digits <= 16 && i64::try_from(self.size).is_ok();
            return if fits { Ok(State::Size) } else { Err(bad("the size of a chunk is too large")) };
        }
        match byte {
            _ if self.digits == 0 => Err(bad("a chunk without a size")),
            b'\r' => Ok(State::SizeLf),
            _ if byte == b';' || is_ows(byte) => self.extension_byte(byte),
            _ => Err(bad("the size of a chunk is not a number")),
        }
    }

    /// Extensions are overlooked, but not what could end a line for somebody else.
    fn extension_byte(&mut self, byte: u8) -> Result<State, ChunkError> {
        self.extensions += 1;
        if self.extensions > self.limits.extensions {
            return Err(bad("the chunk extensions are too long"));
        }
        match (self.state, byte) {
            (State::Extension, b'\r') => Ok(State::SizeLf),
            (State::Extension, _) if is(byte, VALUE) => Ok(State::Extension),
            (State::Size | State::Blank, b';') => Ok(State::Extension),
            (State::Size | State::Blank, b' ' | b'\t') => Ok(State::Blank),
            _ => Err(bad("a chunk extension is malformed")),
        }
    }

    fn trailer_byte(&mut self, byte: u8) -> Result<State, ChunkError> {
        if self.trailers.len() >= self.limits.trailers {
            return Err(ChunkError { status: 431, reason: "the trailer section is too long" });
        }
        let next = match (self.state, byte) {
            (State::TrailerStart | State::TrailerName, _) if is(byte, TOKEN) => State::TrailerName,
            (State::TrailerName, b':') => State::TrailerValue,
            (State::TrailerValue, b'\r') => return Ok(State::TrailerLf),
            (State::TrailerValue, _) if is(byte, VALUE) => State::TrailerValue,
            (State::TrailerLf, b'\n') => State::TrailerStart,
            _ => return Err(bad("the trailer section is malformed")),
        };
        self.trailers.push(byte);
        Ok(next)
    }
}

fn bad(reason: &'static str) -> ChunkError {
    ChunkError { status: 400, reason }
}

/// What ends each chunk's data.
pub const CHUNK_END: &[u8] = b"\r\n";

/// What ends a body without trailers.
pub const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

/// Writes the line before a chunk of this many bytes; [`CHUNK_END`] follows the data. Nothing for 0 bytes: an empty
/// chunk would end the body, and needs no end of its own then.
pub fn chunk_head(len: u64, out: &mut Vec<u8>) {
    if len > 0 {
        let mut digits = [0; 16];
        let used = hexadecimal(len, &mut digits);
        out.extend_from_slice(&digits[..used]);
        out.extend_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SMALL: ChunkLimits = ChunkLimits { extensions: 20, trailers: 20 };

    #[derive(Debug, PartialEq, Eq)]
    struct Outcome {
        data: Vec<u8>,
        trailers: Vec<(String, Vec<u8>)>,
        /// Where the body ended, if it did.
        end: Result<Option<usize>, ChunkError>,
    }

    /// Decodes the input handed over in pieces that end at the cuts.
    fn decode(input: &[u8], cuts: &[usize]) -> Outcome {
        let mut body = ChunkedBody::new(SMALL);
        let mut data = Vec::new();
        let mut end = Ok(None);
        let mut from = 0;
        'pieces: for &cut in cuts.iter().chain([&input.len()]) {
            let cut = cut.clamp(from, input.len());
            while from < cut {
                match body.decode(&input[from..cut]) {
                    Ok(Step::Data { consumed, start, len }) => {
                        assert!(len > 0 && start + len == consumed);
                        data.extend_from_slice(&input[from + start..from + start + len]);
                        from += consumed;
                    }
                    Ok(Step::NeedMore { consumed }) => from += consumed,
                    Ok(Step::End { consumed }) => {
                        end = Ok(Some(from + consumed));
                        break 'pieces;
                    }
                    Err(error) => {
                        end = Err(error);
                        break 'pieces;
                    }
                }
            }
        }
        let trailers = body.trailers().map(|(name, value)| (name.to_owned(), value.to_vec())).collect();
        Outcome { data, trailers, end }
    }

    #[test]
    fn good_bodies() {
        let table: [(&[u8], &[u8]); 9] = [
            (b"0\r\n\r\n", b""),
            (b"5\r\nhello\r\n0\r\n\r\n", b"hello"),
            (b"5\r\nhello\r\n1\r\n!\r\n00\r\n\r\n", b"hello!"),
            (b"a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", b"01234567890123456789"),
            (b"0000000000000001\r\nx\r\n0\r\n\r\n", b"x"),
            (b"1;a=b\r\nx\r\n0;c\r\n\r\n", b"x"),
            (b"1 \t;a=\"b;c\"\r\nx\r\n0\r\n\r\n", b"x"),
            (b"2\r\n\r\n\r\n0\r\n\r\n", b"\r\n"),
            (b"1\r\nx\r\n0\r\nA: b\r\nC:\r\n\r\n", b"x"),
        ];
        for (input, data) in table {
            let followed = [input, b"GET /"].concat();
            let outcome = decode(&followed, &[]);
            assert_eq!(
                (outcome.data.as_slice(), outcome.end),
                (data, Ok(Some(input.len()))),
                "{}",
                input.escape_ascii()
            );
        }
    }

    #[test]
    fn trailers_are_kept() {
        let trailers = decode(b"0\r\nA: b \r\nC:\r\n\r\n", &[]).trailers;
        assert_eq!(trailers, [("A".to_owned(), b"b".to_vec()), ("C".to_owned(), Vec::new())]);
    }

    #[test]
    fn bad_bodies() {
        let table: [(&[u8], &str); 30] = [
            (b"\r\n", "a chunk without a size"),
            (b";a\r\n", "a chunk without a size"),
            (b" 5\r\n", "a chunk without a size"),
            (b"-5\r\n", "a chunk without a size"),
            (b"+5\r\n", "a chunk without a size"),
            (b"g\r\n", "a chunk without a size"),
            (b"0x5\r\n", "the size of a chunk is not a number"),
            (b"5_0\r\n", "the size of a chunk is not a number"),
            (b"5,5\r\n", "the size of a chunk is not a number"),
            (b"5\n", "the size of a chunk is not a number"),
            (b"8000000000000000\r\n", "the size of a chunk is too large"),
            (b"ffffffffffffffff\r\n", "the size of a chunk is too large"),
            (b"10000000000000005\r\n", "the size of a chunk is too large"),
            (b"00000000000000005\r\n", "the size of a chunk is too large"),
            (b"5 \r\n", "a chunk extension is malformed"),
            (b"5 5\r\n", "a chunk extension is malformed"),
            (b"5;a\n", "a chunk extension is malformed"),
            (b"5;a\0\r\n", "a chunk extension is malformed"),
            (b"5;0123456789012345678\r\n", "the chunk extensions are too long"),
            (b"5;a\rhello", "a carriage return without line feed in a chunked body"),
            (b"5\rhello", "a carriage return without line feed in a chunked body"),
            (b"5\r\nhello!\r\n", "a chunk does not end where its size says"),
            (b"5\r\nhello\n", "a chunk does not end where its size says"),
            (b"5\r\nhello0\r\n", "a chunk does not end where its size says"),
            (b"0\r\n\n", "the trailer section is malformed"),
            (b"0\r\nA\r\n", "the trailer section is malformed"),
            (b"0\r\n A: b\r\n", "the trailer section is malformed"),
            (b"0\r\nA: b\n\r\n", "the trailer section is malformed"),
            (b"0\r\nA: b\r\nC: 0123456789012\r\n\r\n", "the trailer section is too long"),
            (b"0\r\n\rX", "a carriage return without line feed in a chunked body"),
        ];
        for (input, reason) in table {
            let end = decode(input, &[]).end.map_err(|error| error.reason);
            assert_eq!(end, Err(reason), "{}", input.escape_ascii());
        }
    }

    #[test]
    fn extensions_are_bounded_over_the_whole_body() {
        let mut body = b"1;ab\r\nx\r\n".repeat(6);
        body.extend_from_slice(LAST_CHUNK);
        assert_eq!(
            decode(&body, &[]).end.map_err(|error| error.reason),
            Err("the chunk extensions are too long")
        );
    }

    #[test]
    fn written() {
        let mut out = Vec::new();
        for len in [0, 1, 15, 16, 0x1234, u64::MAX] {
            chunk_head(len, &mut out);
        }
        assert_eq!(out, b"1\r\nf\r\n10\r\n1234\r\nffffffffffffffff\r\n");
    }

    fn nearly_a_body() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            Just("1\r\nx\r\n".to_owned()),
            Just("5;e=f\r\nhello\r\n".to_owned()),
            Just("0\r\n".to_owned()),
            Just("A: b\r\n".to_owned()),
            Just("\r\n".to_owned()),
            "[0-9a-f]{1,2}",
            "[\\r\\n;: a]{1,2}",
        ];
        prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat().into_bytes())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn pieces_make_no_difference(input in nearly_a_body(), mut cuts in prop::collection::vec(0..60usize, 0..8)) {
            cuts.sort_unstable();
            prop_assert_eq!(decode(&input, &cuts), decode(&input, &[]));
        }

        #[test]
        fn any_bytes(input in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(Some(end)) = decode(&input, &[]).end {
                prop_assert!(end <= input.len());
            }
        }

        #[test]
        fn what_is_written_is_read(parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..6)) {
            let mut out = Vec::new();
            for part in parts.iter().filter(|part| !part.is_empty()) {
                chunk_head(part.len() as u64, &mut out);
                out.extend_from_slice(part);
                out.extend_from_slice(CHUNK_END);
            }
            out.extend_from_slice(LAST_CHUNK);
            let outcome = decode(&out, &[]);
            prop_assert_eq!((outcome.data, outcome.end), (parts.concat(), Ok(Some(out.len()))));
        }
    }
}
