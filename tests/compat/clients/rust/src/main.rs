//! Members of groups over rdkafka; matrix/groups/agent.py tells the conversation. usage: members BOOTSTRAP
mod member;
mod questions;

use std::collections::HashMap;
use std::io::BufRead;
use std::sync::mpsc::Sender;
use std::thread;

fn main() {
    let bootstrap = std::env::args().nth(1).expect("usage: members BOOTSTRAP");
    let mut members: HashMap<String, Sender<member::Call>> = HashMap::new();
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("standard input is text");
        let words: Vec<String> = line.split(' ').map(String::from).collect();
        let (number, verb, rest) = (words[0].clone(), words[1].clone(), words[2..].to_vec());
        match verb.as_str() {
            "open" => {
                members.insert(rest[0].clone(), member::start(bootstrap.clone(), number, rest));
            }
            "commit" | "seek" | "close" => {
                let call = member::Call { number, verb, words: rest[1..].to_vec() };
                members[&rest[0]].send(call).expect("the member lives until it is closed");
            }
            _ => {
                let bootstrap = bootstrap.clone();
                thread::spawn(move || answer(&number, questions::ask(&bootstrap, &verb, &rest)));
            }
        }
    }
}

/// One whole line, from whichever thread: println holds a lock.
pub fn answer(number: &str, result: Result<String, rdkafka::error::KafkaError>) {
    match result {
        Ok(words) => println!("ok {} {}", number, words),
        Err(error) => println!("failed {} {}", number, error),
    }
}
