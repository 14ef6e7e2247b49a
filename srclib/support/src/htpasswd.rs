//! htpasswd: the user files of Basic authentication.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::ExitCode;

use crate::options::{self, Given, Program, Stop, flag, value};
use crate::password::{self, Scheme};
use crate::prompt;
use crate::records::{self, LONGEST_NAME, Records};

/// What its command line is like.
pub static PROGRAM: Program = Program {
    name: "htpasswd",
    about: "Keeps users and their passwords in files, for Basic authentication.",
    usage: &[
        "[-c] [-m | -B | -2 | -5 | -s | -p] [-C COST] [-r ROUNDS] [-i] FILE USER",
        "-b [-c] [-m | -B | -2 | -5 | -s | -p] [-C COST] [-r ROUNDS] FILE USER PASSWORD",
        "-n [-m | -B | -2 | -5 | -s | -p] [-C COST] [-r ROUNDS] [-i | -b] USER [PASSWORD]",
        "-v [-i | -b] FILE USER [PASSWORD]",
        "-D FILE USER",
    ],
    options: &[
        flag('c', "make a new file; what it held before is lost"),
        flag('n', "print the record and leave files alone"),
        flag('v', "see whether the password is right"),
        flag('D', "take the user out of the file"),
        flag('b', "the password is on the command line, where others may see it"),
        flag('i', "read the password from standard input, for scripts"),
        flag('m', "hash with Apache's MD5 (the default)"),
        flag('B', "hash with bcrypt, the safest of these"),
        flag('2', "hash with SHA-256, as crypt(3) does"),
        flag('5', "hash with SHA-512, as crypt(3) does"),
        flag('s', "hash with SHA-1, without a salt: only where another program needs it"),
        flag('p', "do not hash; servers on Unix do not take such passwords"),
        flag('d', "not possible: the first crypt(3) looks at eight characters only"),
        value('C', "COST", "how much work bcrypt is, from 4 to 17 [5]"),
        value('r', "ROUNDS", "how much work -2 and -5 are, from 1000 to 999999999 [5000]"),
    ],
    operands: (1, 3),
    notes: "Exit codes: 0 done, 1 a file cannot be used, 2 wrong command line, 3 the password is wrong or was\n\
            typed in two ways, 4 interrupted, 5 something is too long, 6 the user's name cannot be used or is not\n\
            there, 7 the file is no user file.",
    misuse: 2,
};

const FILE: u8 = 1;
const SYNTAX: u8 = 2;
const MISMATCH: u8 = 3;
const INTERRUPTED: u8 = 4;
const TOO_LONG: u8 = 5;
const USER: u8 = 6;
const NO_USER_FILE: u8 = 7;

/// The program.
pub fn main() -> ExitCode {
    options::run(&PROGRAM, work)
}

fn work(given: &Given) -> Result<(), Stop> {
    let job = Job::of(given)?;
    match job.task {
        Task::Create | Task::Update => job.save(),
        Task::Show => job.show(),
        Task::Verify => job.verify(),
        Task::Delete => job.delete(),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    Create,
    Update,
    Show,
    Verify,
    Delete,
}

#[derive(Debug)]
struct Job<'a> {
    task: Task,
    given: &'a Given,
    /// Empty for [`Task::Show`].
    file: &'a Path,
    user: &'a [u8],
    password: Option<&'a [u8]>,
}

impl<'a> Job<'a> {
    fn of(given: &'a Given) -> Result<Self, Stop> {
        let task = task(given)?;
        let mut operands = given.operands.iter();
        let file = if task == Task::Show { Some("".as_ref()) } else { operands.next().map(Path::new) };
        let user = operands.next().map(|word| word.as_encoded_bytes());
        let password = if given.has('b') { operands.next() } else { None };
        let (Some(file), Some(user)) = (file, user) else {
            return Err(given.wrong("FILE and USER are needed"));
        };
        if operands.next().is_some() || password.is_some() != given.has('b') {
            return Err(given.wrong("-b and a PASSWORD belong together"));
        }
        check_name(user)?;
        Ok(Self { task, given, file, user, password: password.map(|word| word.as_encoded_bytes()) })
    }

    fn save(&self) -> Result<(), Stop> {
        // Before anyone is asked to think of a password.
        self.old_records()?;
        let kept = self.hashed()?;
        // It may have changed while they thought.
        let mut records = self.old_records()?;
        let known = records.set(self.user, &kept);
        self.write(&records)?;
        self.tell(if known { "has a new password" } else { "was added" });
        Ok(())
    }

    fn show(&self) -> Result<(), Stop> {
        let kept = self.hashed()?;
        // An empty line follows, as scripts are used to.
        let record = [self.user, b":", &kept, b"\n\n"].concat();
        io::Write::write_all(&mut io::stdout(), &record).map_err(|error| PROGRAM.failed(FILE, error))
    }

    fn verify(&self) -> Result<(), Stop> {
        let records = self.records()?;
        let Some(rest) = records.find(self.user) else {
            return Err(PROGRAM.failed(USER, format_args!("user {} is not in the file", self.name())));
        };
        let kept = rest.split(|byte| *byte == b':').next().unwrap_or_default();
        let given = match self.password {
            Some(password) => password.to_vec(),
            None if self.given.has('i') => from_script()?,
            None => prompt::ask("Enter password: ").map_err(unanswered)?,
        };
        let complaint = match password::matches(&given, kept) {
            Some(true) => {
                self.tell("has this password");
                return Ok(());
            }
            Some(false) => "that is not the password",
            None => {
                "the password is kept in a way that cannot be compared here: plain, or with the first crypt(3)"
            }
        };
        Err(PROGRAM.failed(MISMATCH, complaint))
    }

    fn delete(&self) -> Result<(), Stop> {
        let mut records = self.records()?;
        if records.remove(self.user) {
            self.write(&records)?;
            self.tell("was taken out");
        } else {
            self.tell("was not in the file");
        }
        Ok(())
    }

    fn old_records(&self) -> Result<Records, Stop> {
        if self.task == Task::Create { Ok(Records::default()) } else { self.records() }
    }

    fn records(&self) -> Result<Records, Stop> {
        let records = Records::read(self.file).map_err(|error| {
            let hint = if error.kind() == ErrorKind::NotFound { "; -c makes a new file" } else { "" };
            self.cannot_use(&error, hint)
        })?;
        match records.first_stranger() {
            None => Ok(records),
            Some(line) => {
                let file = self.file.display();
                Err(PROGRAM.failed(NO_USER_FILE, format_args!("{file} is no user file: see its line {line}")))
            }
        }
    }

    /// The new password as the file will keep it.
    fn hashed(&self) -> Result<Vec<u8>, Stop> {
        let scheme = scheme(self.given)?;
        let password = self.new_password()?;
        check_password(&password, scheme)?;
        password::hash(&password, scheme).map_err(|error| PROGRAM.failed(FILE, error))
    }

    fn new_password(&self) -> Result<Vec<u8>, Stop> {
        if let Some(password) = self.password {
            return Ok(password.to_vec());
        }
        if self.given.has('i') {
            return from_script();
        }
        let answer = prompt::ask_twice().map_err(unanswered)?;
        answer.ok_or_else(|| PROGRAM.failed(MISMATCH, "the two passwords differ"))
    }

    fn write(&self, records: &Records) -> Result<(), Stop> {
        records.write(self.file).map_err(|error| self.cannot_use(&error, ""))
    }

    fn cannot_use(&self, error: &io::Error, hint: &str) -> Stop {
        PROGRAM.failed(FILE, format_args!("{}: {error}{hint}", self.file.display()))
    }

    fn tell(&self, what: &str) {
        eprintln!("user {} {what}", self.name());
    }

    fn name(&self) -> String {
        String::from_utf8_lossy(self.user).into_owned()
    }
}

fn task(given: &Given) -> Result<Task, Stop> {
    let tasks = [('c', Task::Create), ('n', Task::Show), ('v', Task::Verify), ('D', Task::Delete)];
    let mut asked = tasks.iter().filter(|(letter, _)| given.has(*letter)).map(|(_, task)| *task);
    match (asked.next(), asked.next()) {
        (None, _) => Ok(Task::Update),
        (Some(task), None) => Ok(task),
        _ => Err(given.wrong("-c, -n, -v and -D exclude each other")),
    }
}

fn scheme(given: &Given) -> Result<Scheme, Stop> {
    let letter = given.last_of("mB25spd").unwrap_or('m');
    let number = |letter, (least, most): (u32, u32), default: u32| {
        given
            .number(letter, least.into(), most.into())
            .map(|number| number.map_or(default, |number| number as u32))
    };
    let (cost, rounds) = (number('C', password::BCRYPT_COSTS, 5)?, number('r', password::SHA_ROUNDS, 5000)?);
    for (option, its) in [('C', "B"), ('r', "25")] {
        if given.has(option) && !its.contains(letter) {
            eprintln!("{}: -{option} has no effect with -{letter}", PROGRAM.name);
        }
    }
    Ok(match letter {
        'B' => Scheme::Bcrypt { cost },
        '2' => Scheme::Sha256 { rounds },
        '5' => Scheme::Sha512 { rounds },
        's' => Scheme::Sha1,
        'p' => Scheme::Plain,
        'd' => {
            return Err(
                given.wrong("-d is not possible: anyone can guess eight characters; use -B, -5 or -2")
            );
        }
        _ => Scheme::Md5,
    })
}

fn check_name(user: &[u8]) -> Result<(), Stop> {
    if user.len() > LONGEST_NAME {
        return Err(PROGRAM.failed(TOO_LONG, format_args!("a user's name has at most {LONGEST_NAME} bytes")));
    }
    records::check_name(user).map_err(|why| PROGRAM.failed(USER, why))
}

fn check_password(password: &[u8], scheme: Scheme) -> Result<(), Stop> {
    if password.len() > prompt::LONGEST {
        let sentence = format!("a password has at most {} bytes", prompt::LONGEST);
        return Err(PROGRAM.failed(TOO_LONG, sentence));
    }
    match scheme {
        Scheme::Plain if password.iter().any(|byte| b":\r\n".contains(byte)) => {
            Err(PROGRAM.failed(SYNTAX, "a password that is not hashed has no : and no end of line"))
        }
        Scheme::Bcrypt { .. } if password.len() > password::BCRYPT_LENGTH => {
            eprintln!("{}: bcrypt looks at the first {} bytes only", PROGRAM.name, password::BCRYPT_LENGTH);
            Ok(())
        }
        _ => Ok(()),
    }
}

fn from_script() -> Result<Vec<u8>, Stop> {
    prompt::read_all(io::stdin()).map_err(unanswered)
}

fn unanswered(error: io::Error) -> Stop {
    let code = if error.kind() == ErrorKind::Interrupted { INTERRUPTED } else { FILE };
    PROGRAM.failed(code, prompt::complaint(&error))
}
