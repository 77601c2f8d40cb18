package main

import (
	"fmt"
	"time"

	"github.com/IBM/sarama"
)

type saramaClient struct{}

var saramaCodecs = map[string]sarama.CompressionCodec{"none": sarama.CompressionNone, "gzip": sarama.CompressionGZIP, "snappy": sarama.CompressionSnappy,
	"lz4": sarama.CompressionLZ4, "zstd": sarama.CompressionZSTD}

func saramaConfig() *sarama.Config {
	config := sarama.NewConfig()
	config.ClientID = "compat-sarama"
	config.Version = sarama.MaxVersion
	config.Consumer.Return.Errors = true
	return config
}

// nullable keeps null apart from empty: a nil interface is null.
func nullable(data []byte) sarama.Encoder {
	if data == nil {
		return nil
	}
	return sarama.ByteEncoder(data)
}

func (saramaClient) fill(bootstrap string, job produceJob, records int, firstTimestamp int64) error {
	config := saramaConfig()
	config.Producer.Compression = saramaCodecs[job.codec]
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Producer.Idempotent = true
	config.Net.MaxOpenRequests = 1 // its condition for idempotence
	config.Producer.Return.Successes = true
	config.Producer.Partitioner = sarama.NewManualPartitioner
	config.Producer.Flush.Frequency = 50 * time.Millisecond
	c, err := sarama.NewClient([]string{bootstrap}, config)
	if err != nil {
		return err
	}
	defer c.Close()
	admin, err := sarama.NewClusterAdminFromClient(c)
	if err != nil {
		return err
	}
	if err := admin.CreateTopic(job.topic, &sarama.TopicDetail{NumPartitions: 1, ReplicationFactor: 1}, false); err != nil {
		return fmt.Errorf("CreateTopics: %w", err)
	}
	producer, err := sarama.NewAsyncProducerFromClient(c)
	if err != nil {
		return err
	}
	defer producer.AsyncClose()
	go func() {
		for i := 0; i < records; i++ {
			producer.Input() <- saramaMessage(job.topic, makeRecord(i), firstTimestamp+int64(i))
		}
	}()
	for i := 0; i < records; i++ {
		select {
		case done := <-producer.Successes():
			if done.Offset != int64(i) {
				return fmt.Errorf("record %d was acknowledged at offset %d", i, done.Offset)
			}
		case failed := <-producer.Errors():
			return failed.Err
		case <-time.After(patience):
			return fmt.Errorf("%d of %d records were acknowledged", i, records)
		}
	}
	return nil
}

func saramaMessage(topic string, r record, timestamp int64) *sarama.ProducerMessage {
	message := &sarama.ProducerMessage{Topic: topic, Key: nullable(r.key), Value: nullable(r.value), Timestamp: time.UnixMilli(timestamp)}
	for _, h := range r.headers {
		message.Headers = append(message.Headers, sarama.RecordHeader{Key: []byte(h.name), Value: h.value})
	}
	return message
}

func (saramaClient) read(bootstrap string, p *pass, idle time.Duration) error {
	consumer, err := sarama.NewConsumer([]string{bootstrap}, saramaConfig())
	if err != nil {
		return err
	}
	defer consumer.Close()
	messages, failures := make(chan *sarama.ConsumerMessage, 1024), make(chan *sarama.ConsumerError, 1024)
	over := make(chan struct{})
	defer close(over)
	for topic, r := range p.readings {
		partition, err := consumer.ConsumePartition(topic, 0, r.first)
		if err != nil {
			return err
		}
		defer partition.AsyncClose()
		go forward(partition, messages, failures, over)
	}
	for {
		select {
		case got := <-messages:
			if p.take(got.Topic, got.Offset, got.Timestamp.UnixMilli(), fromSarama(got)) {
				return nil
			}
		case failed := <-failures:
			if p.fail(failed.Topic, failed.Err) {
				return nil
			}
		case <-time.After(idle):
			return nil
		}
	}
}

// forward joins the partitions' channels, each of which sarama wants read.
func forward(partition sarama.PartitionConsumer, messages chan<- *sarama.ConsumerMessage, failures chan<- *sarama.ConsumerError, over <-chan struct{}) {
	for {
		select {
		case message := <-partition.Messages():
			if message == nil {
				return
			}
			select {
			case messages <- message:
			case <-over:
				return
			}
		case failed := <-partition.Errors():
			if failed == nil {
				return
			}
			select {
			case failures <- failed:
			case <-over:
				return
			}
		case <-over:
			return
		}
	}
}

func fromSarama(got *sarama.ConsumerMessage) record {
	r := record{key: got.Key, value: got.Value}
	for _, h := range got.Headers {
		r.headers = append(r.headers, header{string(h.Key), h.Value})
	}
	return r
}
