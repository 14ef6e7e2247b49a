//! What parent and child say to each other, one message a word.
//!
//! | from | word | meaning |
//! |---|---|---|
//! | child | `R` | I can accept |
//! | child | `F` and a text | I cannot serve, because |
//! | child | `W` | I am worn out: I finish what I have, and take no more |
//! | child | `X` and a number | that spoke of mine misbehaves: end it |
//! | parent | `D` | drain: others serve in your place |
//! | parent | `S` | drain: the server ends, take what still waits |
//! | parent | `N` | leave now: cut your connections |
//! | parent | `L` | look at your listeners: somebody may wait there unheard |
//! | parent | `P`, an introduction and a descriptor | this is your end of a [link](super::Link) |
//! | parent | end of file | the parent has gone: as `D` |

use std::cell::Cell;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

use os::channel::{Channel, Received};

use super::Leave;
use super::link::Peer;

/// What a child says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Word {
    Ready,
    Failed(String),
    Worn,
    Complaint(u64),
}

/// What was heard of a child.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) words: Vec<Word>,
    /// How many messages came, those included that are no words of ours.
    pub(super) messages: usize,
    /// There will be no more.
    pub(super) is_over: bool,
}

/// What was heard of the parent.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Of several orders the strongest.
    pub(super) leave: Option<Leave>,
    /// Ends of links.
    pub(super) peers: Vec<Peer>,
}

/// The parent's end of the channel to one child.
#[derive(Debug)]
pub(super) struct ToChild(Channel);

/// The child's end.
#[derive(Debug)]
pub(super) struct ToParent {
    channel: Arc<Channel>,
    is_closed: Cell<bool>,
}

/// A channel between a parent and the child that it is about to fork.
pub(super) fn pair() -> io::Result<(ToChild, ToParent)> {
    Channel::pair().map(|(ours, theirs)| {
        (ToChild(ours), ToParent { channel: Arc::new(theirs), is_closed: Cell::new(false) })
    })
}

/// The longest message; a reason beyond it is cut.
const LONGEST: usize = 2048;
/// More words than an honest child ever says.
const MOST: usize = 4;

impl ToChild {
    /// Tells the child to leave. It never waits: a child that does not take its messages is the error.
    pub(super) fn tell(&self, why: Leave) -> io::Result<()> {
        self.0.send(match why {
            Leave::Drain => b"D",
            Leave::Stop => b"S",
            Leave::Now => b"N",
        })
    }

    /// Has the child look at its listeners: it hears this like anything else, and whoever is woken looks.
    pub(super) fn look(&self) -> io::Result<()> {
        self.0.send(b"L")
    }

    /// Gives the child its end of a link.
    pub(super) fn introduce(&self, peer: &Peer) -> io::Result<()> {
        let message = [&b"P"[..], &peer.introduction()].concat();
        self.0.send_with(&message, peer.end().as_fd())
    }

    /// What the child has said since the last time, a few words at most. What is no word of ours is passed
    /// over.
    pub(super) fn hear(&self) -> Heard {
        let mut buffer = [0; LONGEST];
        let mut heard = Heard::default();
        for _ in 0..MOST {
            match self.0.receive(&mut buffer) {
                Ok(Received::Message(length)) => {
                    heard.messages += 1;
                    heard.words.extend(word(&buffer[..length]));
                }
                Ok(Received::Empty) => break,
                Ok(Received::Closed) => {
                    heard.is_over = true;
                    break;
                }
                Err(_) => heard.messages += 1,
            }
        }
        heard
    }
}

impl AsFd for ToChild {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl ToParent {
    pub(super) fn say(&self, word: &Word) -> io::Result<()> {
        say(&self.channel, word)
    }

    /// What the parent has said since the last time.
    pub(super) fn hear(&self) -> Told {
        let mut told = Told::default();
        let mut buffer = [0; LONGEST];
        loop {
            let leave = match self.channel.receive_with(&mut buffer) {
                Ok((Received::Message(1), None)) => order(buffer[0]),
                Ok((Received::Message(length), Some(end))) => {
                    told.peers.extend(introduced(&buffer[..length], end));
                    None
                }
                Ok((Received::Message(_), None)) => None,
                Ok((Received::Empty, _)) => return told,
                Ok((Received::Closed, _)) | Err(_) => {
                    self.is_closed.set(true);
                    told.leave = told.leave.max(Some(Leave::Drain));
                    return told;
                }
            };
            told.leave = told.leave.max(leave);
        }
    }

    /// Another thread's way to say that the child is worn out.
    pub(super) fn voice(&self) -> Voice {
        Voice(Arc::clone(&self.channel))
    }

    /// The parent has gone: the channel is readable for ever, and there is nothing more to hear.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.get()
    }
}

impl AsFd for ToParent {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.channel.as_fd()
    }
}

/// Of all that a child says, what any of its threads may say.
#[derive(Debug)]
pub(super) struct Voice(Arc<Channel>);

impl Voice {
    /// The child takes no more connections: another may come while it finishes what it has.
    pub(super) fn worn(&self) {
        // A parent that does not hear it sees the child's end.
        let _ = say(&self.0, &Word::Worn);
    }
}

fn say(channel: &Channel, word: &Word) -> io::Result<()> {
    match word {
        Word::Ready => channel.send(b"R"),
        Word::Worn => channel.send(b"W"),
        Word::Failed(reason) => {
            let mut message = format!("F{reason}").into_bytes();
            message.truncate(LONGEST);
            channel.send(&message)
        }
        Word::Complaint(child) => channel.send(format!("X{child}").as_bytes()),
    }
}

fn introduced(message: &[u8], end: OwnedFd) -> Option<Peer> {
    message.strip_prefix(b"P").and_then(|words| Peer::introduced(words, end))
}

fn order(word: u8) -> Option<Leave> {
    match word {
        b'D' => Some(Leave::Drain),
        b'S' => Some(Leave::Stop),
        b'N' => Some(Leave::Now),
        _ => None,
    }
}

fn word(message: &[u8]) -> Option<Word> {
    match message.split_first()? {
        (b'R', []) => Some(Word::Ready),
        (b'W', []) => Some(Word::Worn),
        (b'X', child) => Some(Word::Complaint(std::str::from_utf8(child).ok()?.parse().ok()?)),
        (b'F', reason) => Some(Word::Failed(String::from_utf8_lossy(reason).into_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mpm::Role;
    use crate::mpm::link::{By, Link, tie};

    #[test]
    fn words_arrive_in_order() {
        let (to_child, to_parent) = pair().unwrap();
        to_parent.say(&Word::Ready).unwrap();
        to_parent.say(&Word::Failed("no room".to_owned())).unwrap();
        to_parent.say(&Word::Complaint(7)).unwrap();
        to_parent.voice().worn();
        let said = [Word::Ready, Word::Failed("no room".to_owned()), Word::Complaint(7), Word::Worn];
        assert_eq!(to_child.hear().words, said);
        assert_eq!(to_child.hear().words, []);
    }

    #[test]
    fn the_stronger_order_counts() {
        let (to_child, to_parent) = pair().unwrap();
        to_child.look().unwrap();
        assert_eq!(to_parent.hear().leave, None);
        to_child.tell(Leave::Stop).unwrap();
        to_child.tell(Leave::Drain).unwrap();
        assert_eq!(to_parent.hear().leave, Some(Leave::Stop));
        to_child.tell(Leave::Now).unwrap();
        assert_eq!((to_parent.hear().leave, to_parent.is_closed()), (Some(Leave::Now), false));
    }

    #[test]
    fn a_parent_that_is_gone_is_a_drain() {
        let (to_child, to_parent) = pair().unwrap();
        drop(to_child);
        assert_eq!((to_parent.hear().leave, to_parent.is_closed()), (Some(Leave::Drain), true));
    }

    #[test]
    fn a_peer_is_introduced_with_its_end() {
        let (to_child, to_parent) = pair().unwrap();
        let link = Link { hub: Role(0), spoke: Role(1), by: By::Channel };
        let tie = tie(&[link], Role(1), Role(0), 7).unwrap().remove(0);
        to_child.introduce(&tie.own).unwrap();
        let peers = to_parent.hear().peers;
        assert_eq!((peers.len(), peers[0].role, peers[0].child), (1, Role(0), 7));
        drop(to_child);
        assert!(to_parent.hear().peers.is_empty());
    }

    #[test]
    fn a_long_reason_is_cut_and_nonsense_is_passed_over() {
        let (to_child, to_parent) = pair().unwrap();
        to_parent.channel.send(b"?").unwrap();
        to_parent.channel.send(&[0; 5000]).unwrap();
        to_parent.say(&Word::Failed("x".repeat(5000))).unwrap();
        let words: Vec<Word> = (0..2).flat_map(|_| to_child.hear().words).collect();
        assert_eq!(words, [Word::Failed("x".repeat(LONGEST - 1))]);
    }
}
