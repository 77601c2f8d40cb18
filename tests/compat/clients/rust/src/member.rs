//! One member in a thread of its own: between two polls it does what it was told.
use std::collections::HashMap;
use std::sync::mpsc::{channel, Receiver, Sender};
use std::thread;
use std::time::Duration;

use rdkafka::client::ClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext, RebalanceProtocol};
use rdkafka::error::KafkaError;
use rdkafka::message::Message;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use rdkafka::types::RDKafkaRespErr;

use crate::answer;

const POLL: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Call {
    pub number: String,
    pub verb: String,
    pub words: Vec<String>,
}

/// Tells the rebalances of its member, and assigns partitions with their offsets: librdkafka 2.12 takes an answer about the beginning of
/// a partition that comes after a rebalance for a reason to go there, whatever is committed.
struct Telling {
    name: String,
}

/// `list` with what is committed, or the beginning.
fn placed(consumer: &BaseConsumer<Telling>, list: &TopicPartitionList) -> Result<TopicPartitionList, KafkaError> {
    let mut placed = consumer.committed_offsets(list.clone(), PATIENCE)?;
    let bare: Vec<_> = placed.elements().iter().filter(|at| !matches!(at.offset(), Offset::Offset(_))).map(|at| (at.topic().to_owned(), at.partition())).collect();
    for (topic, partition) in bare {
        placed.set_partition_offset(&topic, partition, Offset::Offset(0))?;
    }
    Ok(placed)
}

impl ClientContext for Telling {}

impl ConsumerContext for Telling {
    fn rebalance(&self, consumer: &BaseConsumer<Self>, event: RDKafkaRespErr, list: &mut TopicPartitionList) {
        let cooperative = matches!(consumer.rebalance_protocol(), RebalanceProtocol::Cooperative);
        let done = if event == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            println!("assigned {} {}", self.name, places(list));
            placed(consumer, list).and_then(|list| if cooperative { consumer.incremental_assign(&list) } else { consumer.assign(&list) })
        } else {
            println!("revoked {} {}", self.name, places(list));
            if cooperative { consumer.incremental_unassign(list) } else { consumer.unassign() }
        };
        if let Err(error) = done {
            println!("error {} {}", self.name, error);
        }
    }
}

fn places(list: &TopicPartitionList) -> String {
    let texts: Vec<String> = list.elements().iter().map(|at| format!("{}:{}", at.topic(), at.partition())).collect();
    texts.join(",")
}

pub fn settings(bootstrap: &str, group: &str) -> ClientConfig {
    let mut settings = ClientConfig::new();
    settings.set("bootstrap.servers", bootstrap).set("client.id", "compat-rdkafka").set("group.id", group);
    settings.set("auto.offset.reset", "earliest").set("enable.auto.commit", "false").set("topic.metadata.refresh.interval.ms", "500");
    settings
}

/// `words` are the member's name, its group and its options.
pub fn start(bootstrap: String, number: String, words: Vec<String>) -> Sender<Call> {
    let (sender, calls) = channel();
    thread::spawn(move || match open(&bootstrap, &words) {
        Ok(consumer) => {
            answer(&number, Ok(String::new()));
            live(&words[0], consumer, calls);
        }
        Err(error) => answer(&number, Err(error)),
    });
    sender
}

fn open(bootstrap: &str, words: &[String]) -> Result<BaseConsumer<Telling>, KafkaError> {
    let options: HashMap<&str, &str> = words[2..].iter().filter_map(|word| word.split_once('=')).collect();
    let mut settings = settings(bootstrap, &words[1]);
    if options["commit"] == "auto" {
        settings.set("enable.auto.commit", "true").set("auto.commit.interval.ms", "200");
    }
    if options["protocol"] == "consumer" {
        settings.set("group.protocol", "consumer");
    } else {
        let assignor = if options["assignor"] == "cooperative" { "cooperative-sticky" } else { "range" };
        settings.set("partition.assignment.strategy", assignor).set("heartbeat.interval.ms", "300").set("session.timeout.ms", "10000");
    }
    if let Some(instance) = options.get("instance") {
        settings.set("group.instance.id", *instance);
    }
    let consumer: BaseConsumer<Telling> = settings.create_with_context(Telling { name: words[0].clone() })?;
    consumer.subscribe(&[options.get("topic").or_else(|| options.get("pattern")).expect("a topic or a pattern")])?;
    Ok(consumer)
}

fn live(name: &str, consumer: BaseConsumer<Telling>, calls: Receiver<Call>) {
    loop {
        while let Ok(call) = calls.try_recv() {
            if call.verb == "close" {
                drop(consumer); // which leaves the group and waits until it has
                return answer(&call.number, Ok(String::new()));
            }
            answer(&call.number, perform(&consumer, &call).map(|_| String::new()));
        }
        match consumer.poll(POLL) {
            Some(Ok(got)) => println!("got {} {} {} {}", name, got.topic(), got.partition(), got.offset()),
            Some(Err(error)) => println!("error {} {}", name, error),
            None => {}
        }
    }
}

fn perform(consumer: &BaseConsumer<Telling>, call: &Call) -> Result<(), KafkaError> {
    if call.verb == "seek" {
        return consumer.seek(&call.words[0], number(&call.words[1]) as i32, Offset::Offset(number(&call.words[2])), PATIENCE);
    }
    let mut list = TopicPartitionList::new();
    for triple in call.words[0].split(',') {
        let parts: Vec<&str> = triple.split(':').collect();
        list.add_partition_offset(parts[0], number(parts[1]) as i32, Offset::Offset(number(parts[2])))?;
    }
    consumer.commit(&list, CommitMode::Sync)
}

pub fn number(text: &str) -> i64 {
    text.parse().expect("a number")
}
