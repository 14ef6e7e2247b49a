//! The bytes that a client has sent and nobody has read yet, in a buffer of the serving thread's pool.

/// How large a buffer is until a head does not fit.
const ROOM: usize = 8 * 1024;

/// Unread bytes. Without a buffer it takes no memory: that is how an idle connection has it.
#[derive(Default)]
pub(crate) struct Input {
    /// All of it is initialised, so that reading into it needs no unsafe code.
    room: Vec<u8>,
    start: usize,
    end: usize,
}

impl Input {
    /// An empty buffer.
    pub(crate) fn with_room() -> Self {
        Self { room: vec![0; ROOM], start: 0, end: 0 }
    }

    /// A buffer with bytes in it.
    pub(crate) fn holding(bytes: Vec<u8>) -> Self {
        let end = bytes.len();
        Self { room: bytes, start: 0, end }
    }

    /// It has grown for a large head, or was never of the usual size: it is not worth keeping.
    pub(crate) fn has_grown(&self) -> bool {
        self.room.len() != ROOM
    }

    pub(crate) fn has_room(&self) -> bool {
        !self.room.is_empty()
    }

    /// The unread bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.room[self.start..self.end]
    }

    pub(crate) fn len(&self) -> usize {
        self.end - self.start
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Nothing is left to read; the buffer stays.
    pub(crate) fn clear(&mut self) {
        (self.start, self.end) = (0, 0);
    }

    /// The first `count` bytes have been read.
    pub(crate) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
        if self.is_empty() {
            self.clear();
        }
    }

    /// Where more bytes can be put, at least one: unread ones are moved to the front, or the buffer grows.
    /// How far it grows is bounded by who reads: heads have limits, bodies are taken out as they come.
    pub(crate) fn spare(&mut self) -> &mut [u8] {
        if self.end == self.room.len() {
            if self.start > 0 {
                self.room.copy_within(self.start..self.end, 0);
                (self.start, self.end) = (0, self.end - self.start);
            } else {
                self.room.resize((self.room.len() * 2).max(ROOM), 0);
            }
        }
        &mut self.room[self.end..]
    }

    /// `count` bytes were put into [`spare`](Self::spare).
    pub(crate) fn fill(&mut self, count: usize) {
        self.end = (self.end + count).min(self.room.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(input: &mut Input, bytes: &[u8]) {
        for byte in bytes {
            input.spare()[0] = *byte;
            input.fill(1);
        }
    }

    #[test]
    fn bytes_come_out_as_they_went_in() {
        let mut input = Input::with_room();
        let many: Vec<u8> = (0..3 * ROOM).map(|n| n as u8).collect();
        put(&mut input, &many);
        assert_eq!((input.bytes(), input.has_grown()), (&many[..], true));
        input.consume(10);
        assert_eq!(input.bytes(), &many[10..]);
    }

    #[test]
    fn what_was_read_makes_room() {
        let mut input = Input::with_room();
        put(&mut input, &[1; ROOM - 1]);
        input.consume(ROOM - 2);
        put(&mut input, &[2; ROOM - 1]);
        assert_eq!((input.len(), input.has_grown()), (ROOM, false));
        input.consume(ROOM);
        assert!(input.is_empty() && input.spare().len() == ROOM);
    }
}
