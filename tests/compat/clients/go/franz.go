package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const patience = 30 * time.Second

type franz struct{}

var franzCodecs = map[string]kgo.CompressionCodec{"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
	"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression()}

func (franz) create(ctx context.Context, c *kgo.Client, topic string) error {
	wanted := kmsg.NewCreateTopicsRequestTopic()
	wanted.Topic, wanted.NumPartitions, wanted.ReplicationFactor = topic, 1, 1
	request := kmsg.NewPtrCreateTopicsRequest()
	request.Topics = append(request.Topics, wanted)
	response, err := request.RequestWith(ctx, c)
	if err != nil {
		return err
	}
	if len(response.Topics) != 1 {
		return fmt.Errorf("CreateTopics answered %d topics", len(response.Topics))
	}
	return kerr.ErrorForCode(response.Topics[0].ErrorCode)
}

func (f franz) fill(bootstrap string, job produceJob, records int, firstTimestamp int64) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	// Idempotence and acks=all are its defaults.
	c, err := kgo.NewClient(kgo.SeedBrokers(bootstrap), kgo.ClientID("compat-franz"), kgo.ProducerBatchCompression(franzCodecs[job.codec]),
		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerLinger(50*time.Millisecond))
	if err != nil {
		return err
	}
	defer c.Close()
	if err := f.create(ctx, c, job.topic); err != nil {
		return fmt.Errorf("CreateTopics: %w", err)
	}
	var failure atomic.Value
	for i := 0; i < records; i++ {
		want, r := int64(i), makeRecord(i)
		sent := &kgo.Record{Topic: job.topic, Key: r.key, Value: r.value, Timestamp: time.UnixMilli(firstTimestamp + want)}
		for _, h := range r.headers {
			sent.Headers = append(sent.Headers, kgo.RecordHeader{Key: h.name, Value: h.value})
		}
		c.Produce(ctx, sent, func(acknowledged *kgo.Record, err error) {
			if err != nil {
				failure.CompareAndSwap(nil, err.Error())
			} else if acknowledged.Offset != want {
				failure.CompareAndSwap(nil, fmt.Sprintf("record %d was acknowledged at offset %d", want, acknowledged.Offset))
			}
		})
	}
	if err := c.Flush(ctx); err != nil {
		return err
	}
	if why := failure.Load(); why != nil {
		return fmt.Errorf("%v", why)
	}
	return nil
}

func (franz) read(bootstrap string, p *pass, idle time.Duration) error {
	offsets := map[string]map[int32]kgo.Offset{}
	for topic, r := range p.readings {
		offsets[topic] = map[int32]kgo.Offset{0: kgo.NewOffset().At(r.first)}
	}
	c, err := kgo.NewClient(kgo.SeedBrokers(bootstrap), kgo.ClientID("compat-franz"), kgo.ConsumePartitions(offsets))
	if err != nil {
		return err
	}
	defer c.Close()
	for {
		ctx, cancel := context.WithTimeout(context.Background(), idle)
		fetches := c.PollFetches(ctx)
		cancel()
		for iter := fetches.RecordIter(); !iter.Done(); {
			got := iter.Next()
			r := record{key: got.Key, value: got.Value}
			for _, h := range got.Headers {
				r.headers = append(r.headers, header{h.Key, h.Value})
			}
			if p.take(got.Topic, got.Offset, got.Timestamp.UnixMilli(), r) {
				return nil
			}
		}
		for _, failed := range fetches.Errors() {
			if failed.Topic == "" || errors.Is(failed.Err, context.DeadlineExceeded) {
				return nil // nothing came for the whole idle time
			}
			if p.fail(failed.Topic, failed.Err) {
				return nil
			}
		}
	}
}
