//! What is asked about no member, each by a consumer of its own.
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use crate::member::{number, settings};

const PATIENCE: Duration = Duration::from_secs(20);

pub fn ask(bootstrap: &str, verb: &str, words: &[String]) -> Result<String, KafkaError> {
    let mut list = TopicPartitionList::new();
    if verb == "committed" {
        for partition in 0..number(&words[2]) {
            list.add_partition(&words[1], partition as i32);
        }
        let consumer: BaseConsumer = settings(bootstrap, &words[0]).create()?;
        offsets(&consumer.committed_offsets(list, PATIENCE)?)
    } else {
        list.add_partition_offset(&words[0], number(&words[1]) as i32, Offset::Offset(number(&words[2])))?;
        let consumer: BaseConsumer = settings(bootstrap, "compat-times").create()?;
        offsets(&consumer.offsets_for_times(list, PATIENCE)?)
    }
}

fn offsets(list: &TopicPartitionList) -> Result<String, KafkaError> {
    let mut texts = Vec::new();
    for at in list.elements() {
        at.error()?;
        texts.push(match at.offset() {
            Offset::Offset(offset) => offset.to_string(),
            _ => String::from("-1"),
        });
    }
    Ok(texts.join(" "))
}
