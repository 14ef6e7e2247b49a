//! Links: what children of different roles say to each other, past their parent.
//!
//! A pool says which roles are linked ([`Pool::links`](super::Pool::links)). The parent makes a link for every two children of such
//! roles, when the later of both is forked: one end crosses the fork, the other goes to the elder over its control channel. The
//! parent keeps neither, so nobody else has one, and who is at the other end needs no proof.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;

use os::channel::Channel;

use super::Role;

/// Every child of the one role can speak with every child of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Whose children have many such links, one for each spoke; they may [complain](super::Control::complain) of those.
    pub hub: Role,
    /// Whose children have one to each hub.
    pub spoke: Role,
    /// What it is made of.
    pub by: By,
}

/// What a link is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A channel: messages both ways, and descriptors with them.
    Channel,
    /// So many pipes: the spoke writes and the hub reads; nothing but bytes can come through.
    Pipes(usize),
}

/// One end of a link, in the child that has it.
#[derive(Debug)]
pub struct Peer {
    /// The role of the child at the other end.
    pub role: Role,
    /// That child: its pid, where it is a process.
    pub child: u64,
    /// Which of the pipes between both, from 0; a channel is the only one.
    pub lane: usize,
    end: OwnedFd,
}

impl Peer {
    /// The end of a link by channel.
    pub fn into_channel(self) -> Channel {
        Channel::from(self.end)
    }

    /// The end of a pipe.
    pub fn into_pipe(self) -> File {
        File::from(self.end)
    }

    /// How the parent introduces it: without the descriptor.
    pub(super) fn introduction(&self) -> [u8; INTRODUCTION] {
        let mut words = [0; INTRODUCTION];
        words[..8].copy_from_slice(&(self.role.0 as u64).to_le_bytes());
        words[8..16].copy_from_slice(&self.child.to_le_bytes());
        words[16..].copy_from_slice(&(self.lane as u32).to_le_bytes());
        words
    }

    /// An introduction with the descriptor that came with it.
    pub(super) fn introduced(words: &[u8], end: OwnedFd) -> Option<Self> {
        let words: &[u8; INTRODUCTION] = words.try_into().ok()?;
        let (role, rest) = words.split_first_chunk()?;
        let (child, lane) = rest.split_first_chunk()?;
        Some(Self {
            role: Role(usize::try_from(u64::from_le_bytes(*role)).ok()?),
            child: u64::from_le_bytes(*child),
            lane: u32::from_le_bytes(*lane.first_chunk()?) as usize,
            end,
        })
    }

    pub(super) fn end(&self) -> &OwnedFd {
        &self.end
    }
}

/// The bytes of an introduction.
const INTRODUCTION: usize = 20;

/// Both ends of what links a child to be forked to one that is there.
#[derive(Debug)]
pub(super) struct Tie {
    /// For the child to be forked.
    pub(super) own: Peer,
    /// For the child that is there, whose number and role are in `own`.
    other: OwnedFd,
}

impl Tie {
    /// What the elder gets, now that the younger has a number.
    pub(super) fn into_other(self, younger: Role, child: u64) -> Peer {
        Peer { role: younger, child, lane: self.own.lane, end: self.other }
    }
}

/// Everything that links a child of a role, yet to be forked, to one that is there.
pub(super) fn tie(links: &[Link], role: Role, elder: Role, child: u64) -> io::Result<Vec<Tie>> {
    let mut ties = Vec::new();
    for link in links {
        let is_spoke = (link.spoke, link.hub) == (role, elder);
        if !is_spoke && (link.hub, link.spoke) != (role, elder) {
            continue;
        }
        let lanes = if let By::Pipes(count) = link.by { count } else { 1 };
        for lane in 0..lanes {
            let (spokes, hubs) = link.by.ends()?;
            let (end, other) = if is_spoke { (spokes, hubs) } else { (hubs, spokes) };
            ties.push(Tie { own: Peer { role: elder, child, lane, end }, other });
        }
    }
    Ok(ties)
}

impl By {
    /// The spoke's end and the hub's.
    fn ends(self) -> io::Result<(OwnedFd, OwnedFd)> {
        match self {
            Self::Channel => Channel::pair().map(|(spoke, hub)| (spoke.into(), hub.into())),
            Self::Pipes(_) => io::pipe().map(|(hub, spoke)| (spoke.into(), hub.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};

    const LINKS: [Link; 2] = [
        Link { hub: Role(0), spoke: Role(2), by: By::Channel },
        Link { hub: Role(1), spoke: Role(2), by: By::Pipes(2) },
    ];

    #[test]
    fn only_linked_roles_are_tied() {
        for (role, elder, count) in
            [(2, 0, 1), (0, 2, 1), (2, 1, 2), (1, 2, 2), (0, 1, 0), (2, 2, 0), (3, 0, 0)]
        {
            let ties = tie(&LINKS, Role(role), Role(elder), 7).unwrap();
            assert_eq!(ties.len(), count, "{role} {elder}");
            assert!(
                ties.iter()
                    .enumerate()
                    .all(|(lane, tie)| tie.own.lane == lane && tie.own.role == Role(elder))
            );
        }
    }

    #[test]
    fn spokes_write_and_hubs_read_whoever_is_younger() {
        for (role, elder) in [(2, 1), (1, 2)] {
            let tie = tie(&LINKS, Role(role), Role(elder), 7).unwrap().remove(1);
            let words = tie.own.introduction();
            let again = Peer::introduced(&words, tie.own.end().try_clone().unwrap()).unwrap();
            assert_eq!((again.role, again.child, again.lane), (Role(elder), 7, 1));
            drop(again);
            let (own, other) = (tie.own.end().try_clone().unwrap(), tie.into_other(Role(role), 8));
            assert_eq!((other.role, other.child, other.lane), (Role(role), 8, 1));
            let (mut hub, spoke) = if role == 1 {
                (File::from(own), other.into_pipe())
            } else {
                (other.into_pipe(), File::from(own))
            };
            (&spoke).write_all(b"line").unwrap();
            let mut read = [0; 4];
            hub.read_exact(&mut read).unwrap();
            assert_eq!(&read, b"line");
        }
    }

    #[test]
    fn no_other_words_are_an_introduction() {
        let end = || OwnedFd::from(io::pipe().unwrap().0);
        for length in [0, 19, 21] {
            assert!(Peer::introduced(&vec![1; length], end()).is_none());
        }
    }
}
