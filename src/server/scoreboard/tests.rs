//! What children write is what those who look see.

use super::*;
use std::time::UNIX_EPOCH;

const WORK: Work<'_> = Work {
    since: UNIX_EPOCH,
    client: IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)),
    vhost: "x",
    port: 80,
    request: b"GET / HTTP/1.1",
};

#[test]
fn states_stand_at_their_places() {
    let letters: String = State::ALL.iter().map(|row| row.1).collect();
    assert_eq!(letters, ".S_RWKLDCGI");
    for (place, (state, letter, _)) in State::ALL.into_iter().enumerate() {
        assert_eq!((state as usize, state.letter()), (place, letter));
    }
}

#[test]
fn a_thread_is_counted_by_slot_child_and_connection() {
    let board = Scoreboard::new(4).unwrap();
    let slot = board.slot(2, false);
    for pid in [100, 101] {
        slot.claim(pid, 7);
        slot.connection_opened();
        slot.request_done(10, Duration::ZERO);
        slot.connection_opened();
        slot.request_done(5, Duration::ZERO);
        slot.connection_closed();
    }
    let worker = &board.look().workers[2];
    assert_eq!((worker.pid, worker.generation, worker.open), (101, 7, 1));
    assert_eq!(worker.accesses, Count { slot: 4, child: 2, connection: 1 });
    assert_eq!(worker.bytes, Count { slot: 30, child: 15, connection: 5 });
    assert_eq!(worker.connections, 2);
    assert!(worker.since.is_some());
    slot.release();
    assert_eq!((board.state(2), board.look().workers[2].pid, board.look().accesses()), (State::Dead, 0, 4));
}

#[test]
fn texts_are_cut_to_whole_characters() {
    let board = Scoreboard::new(1).unwrap();
    let slot = board.slot(0, true);
    let details = || board.look().workers[0].details.clone();
    let room = REQUEST.len() * 8;
    slot.describe(&Work { request: "é".repeat(200).as_bytes(), ..WORK });
    slot.request_done(1, Duration::ZERO);
    assert_eq!((details().client.as_str(), details().vhost.as_str()), ("192.0.2.1", "x:80"));
    assert_eq!(details().request, "é".repeat(room / 2));
    slot.describe(&Work { request: format!("1{}", "é".repeat(200)).as_bytes(), ..WORK });
    assert_eq!(details().request, format!("1{}", "é".repeat(room / 2 - 1)));
    slot.describe(&Work { client: "2001:db8::1".parse().unwrap(), request: b"", ..WORK });
    assert_eq!((details().client.as_str(), details().request.as_str()), ("2001:db8::1", ""));
    slot.describe(&Work { request: b"12345678", ..WORK });
    assert_eq!(details().request, "12345678");
}

#[test]
fn processor_time_is_that_of_the_present_process() {
    let board = Scoreboard::new(1).unwrap();
    let slot = board.slot(0, true);
    let spent = || {
        let Details { times, .. } = board.look().workers[0].details.clone();
        times.user + times.system
    };
    slot.request_done(1, Duration::from_secs(2));
    assert!(spent() > Duration::ZERO);
    slot.claim(2, 0);
    assert_eq!(spent(), Duration::ZERO);
}

#[test]
fn without_extended_status_no_text_is_written() {
    let board = Scoreboard::new(1).unwrap();
    board.slot(0, false).describe(&WORK);
    assert_eq!(board.look().workers[0].details, Details::default());
}

#[test]
fn a_writer_that_died_leaves_no_text_and_nobody_waits() {
    let board = Scoreboard::new(1).unwrap();
    let slot = board.slot(0, true);
    slot.describe(&WORK);
    board.details(0).unwrap()[SEQUENCE].store(1, Relaxed);
    assert_eq!(board.look().workers[0].details.client, "");
    slot.describe(&WORK);
    assert_eq!(board.look().workers[0].details.client, "192.0.2.1");
}

#[test]
fn lies_are_brought_into_range() {
    let board = Scoreboard::new(1).unwrap();
    board.counters(0).unwrap().iter().for_each(|word| word.store(u64::MAX, Relaxed));
    board.details(0).unwrap().iter().for_each(|word| word.store(u64::MAX - 1, Relaxed));
    let snapshot = board.look();
    let worker = &snapshot.workers[0];
    assert_eq!((worker.pid, worker.state, worker.open), (0, State::Dead, MOST_OPEN));
    assert_eq!((snapshot.accesses(), worker.accesses.child), (u64::MAX, 0));
    assert!(snapshot.spent() > Duration::ZERO);
}

#[test]
fn nowhere_forgets() {
    let board = Scoreboard::new(1).unwrap();
    let slot = board.slot(1, true);
    slot.claim(1, 1);
    slot.describe(&WORK);
    assert!(slot.scoreboard().is_none());
    assert_eq!(board.state(0), State::Dead);
}

#[test]
fn connections_are_counted_by_what_becomes_of_them() {
    let board = Scoreboard::new(1).unwrap();
    let slot = board.slot(0, false);
    slot.claim(1, 0);
    let counts = || {
        let worker = &board.look().workers[0];
        (worker.writing, worker.kept, worker.closing)
    };
    for (from, to, expected) in [
        (State::Reading, State::Writing, (1, 0, 0)),
        (State::Reading, State::Writing, (2, 0, 0)),
        (State::Writing, State::KeepAlive, (1, 1, 0)),
        (State::KeepAlive, State::KeepAlive, (1, 1, 0)),
        (State::Writing, State::Closing, (0, 1, 1)),
        (State::Closing, State::Dead, (0, 1, 0)),
        (State::KeepAlive, State::Reading, (0, 0, 0)),
    ] {
        slot.connection_moved(from, to);
        assert_eq!(counts(), expected, "{from:?} {to:?}");
    }
}

#[test]
fn the_generation_that_serves_is_told() {
    let board = Scoreboard::new(1).unwrap();
    board.set_generation(7);
    assert_eq!(board.look().generation, 7);
}
