//! What children write is what those who look see.

use super::*;

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
        slot.request_done(10);
        slot.connection_opened();
        slot.request_done(5);
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
    slot.describe("192.0.2.1", "x:80", "é".repeat(200));
    slot.request_done(1);
    let details = &board.look().workers[0].details;
    assert_eq!((details.client.as_str(), details.vhost.as_str()), ("192.0.2.1", "x:80"));
    assert_eq!(details.request, "é".repeat(LONGEST / 2));
    slot.describe("192.0.2.2", "", "GET / HTTP/1.1");
    assert_eq!(board.look().workers[0].details.request, "GET / HTTP/1.1");
}

#[test]
fn processor_time_is_that_of_the_present_process() {
    let board = Scoreboard::new(1).unwrap();
    let slot = board.slot(0, true);
    let spent = || {
        let Details { times, .. } = board.look().workers[0].details.clone();
        times.user + times.system
    };
    slot.request_done(1);
    assert!(spent() > Duration::ZERO);
    slot.claim(2, 0);
    assert_eq!(spent(), Duration::ZERO);
}

#[test]
fn without_extended_status_no_text_is_written() {
    let board = Scoreboard::new(1).unwrap();
    board.slot(0, false).describe("a", "b", "c");
    assert_eq!(board.look().workers[0].details, Details::default());
}

#[test]
fn a_writer_that_died_leaves_no_text_and_nobody_waits() {
    let board = Scoreboard::new(1).unwrap();
    let slot = board.slot(0, true);
    slot.describe("a", "b", "c");
    board.details(0).unwrap()[SEQUENCE].store(1, Relaxed);
    assert_eq!(board.look().workers[0].details.client, "");
    slot.describe("d", "e", "f");
    assert_eq!(board.look().workers[0].details.client, "d");
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
    slot.describe("a", "b", "c");
    assert!(slot.scoreboard().is_none());
    assert_eq!(board.state(0), State::Dead);
}
