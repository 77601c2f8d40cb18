package main

import (
	"context"
	"errors"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// franzMember polls in a goroutine of its own, which also performs the calls between two polls.
type franzMember struct {
	client *kgo.Client
	tell   teller
	calls  chan func()
	over   chan struct{}
}

func (franz) open(bootstrap, group string, options map[string]string, tell teller) (member, error) {
	moved := func(word string) func(context.Context, *kgo.Client, map[string][]int32) {
		return func(_ context.Context, _ *kgo.Client, partitions map[string][]int32) { tell.moved(word, partitions) }
	}
	settings := []kgo.Opt{kgo.SeedBrokers(bootstrap), kgo.ClientID("compat-franz"), kgo.ConsumerGroup(group),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.HeartbeatInterval(heartbeat), kgo.SessionTimeout(session),
		kgo.MetadataMaxAge(refresh), kgo.MetadataMinAge(refresh / 5), kgo.FetchMaxWait(refresh),
		kgo.OnPartitionsAssigned(moved("assigned")), kgo.OnPartitionsRevoked(moved("revoked")), kgo.OnPartitionsLost(moved("revoked"))}
	if options["commit"] == "auto" {
		settings = append(settings, kgo.AutoCommitInterval(autoCommit))
	} else {
		settings = append(settings, kgo.DisableAutoCommit())
	}
	balancer := kgo.RangeBalancer()
	if options["assignor"] == "cooperative" {
		balancer = kgo.CooperativeStickyBalancer()
	}
	settings = append(settings, kgo.Balancers(balancer))
	if options["protocol"] == "consumer" {
		serverSide, err := franzServerSide()
		if err != nil {
			return nil, err
		}
		settings = append(settings, serverSide)
	}
	if options["instance"] != "" {
		settings = append(settings, kgo.InstanceID(options["instance"]))
	}
	if options["pattern"] != "" {
		settings = append(settings, kgo.ConsumeTopics(options["pattern"]), kgo.ConsumeRegex())
	} else {
		settings = append(settings, kgo.ConsumeTopics(options["topic"]))
	}
	client, err := kgo.NewClient(settings...)
	if err != nil {
		return nil, err
	}
	m := &franzMember{client, tell, make(chan func()), make(chan struct{})}
	go m.live()
	return m, nil
}

func (m *franzMember) live() {
	for {
		select {
		case call := <-m.calls:
			call()
			continue
		case <-m.over:
			return
		default:
		}
		ctx, cancel := context.WithTimeout(context.Background(), pollTime)
		fetches := m.client.PollFetches(ctx)
		cancel()
		for iter := fetches.RecordIter(); !iter.Done(); {
			got := iter.Next()
			m.tell.got(got.Topic, got.Partition, got.Offset)
		}
		for _, failed := range fetches.Errors() {
			if !errors.Is(failed.Err, context.DeadlineExceeded) {
				m.tell.failed(failed.Err)
			}
		}
	}
}

func (m *franzMember) perform(work func() error) error {
	done := make(chan error)
	m.calls <- func() { done <- work() }
	return <-done
}

func (m *franzMember) commit(offsets map[string]map[int32]int64) error {
	wanted := map[string]map[int32]kgo.EpochOffset{}
	for topic, partitions := range offsets {
		wanted[topic] = map[int32]kgo.EpochOffset{}
		for partition, offset := range partitions {
			wanted[topic][partition] = kgo.EpochOffset{Epoch: -1, Offset: offset}
		}
	}
	return m.perform(func() error {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		var failure error
		m.client.CommitOffsetsSync(ctx, wanted, func(_ *kgo.Client, _ *kmsg.OffsetCommitRequest, response *kmsg.OffsetCommitResponse, err error) {
			if failure = err; err == nil {
				failure = firstError(response)
			}
		})
		return failure
	})
}

func (m *franzMember) seek(topic string, partition int32, offset int64) error {
	return m.perform(func() error {
		m.client.SetOffsets(map[string]map[int32]kgo.EpochOffset{topic: {partition: {Epoch: -1, Offset: offset}}})
		return nil
	})
}

func (m *franzMember) close() error {
	close(m.over)
	m.client.Close()
	return nil
}

func firstError(response *kmsg.OffsetCommitResponse) error {
	for _, topic := range response.Topics {
		for _, partition := range topic.Partitions {
			if err := kerr.ErrorForCode(partition.ErrorCode); err != nil {
				return err
			}
		}
	}
	return nil
}

func withAdmin(bootstrap string, work func(context.Context, *kadm.Client) error) error {
	client, err := kgo.NewClient(kgo.SeedBrokers(bootstrap), kgo.ClientID("compat-franz"))
	if err != nil {
		return err
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return work(ctx, kadm.NewClient(client))
}

func (franz) committed(bootstrap, group, topic string, count int32) (offsets []int64, err error) {
	err = withAdmin(bootstrap, func(ctx context.Context, admin *kadm.Client) error {
		found, err := admin.FetchOffsets(ctx, group)
		for partition := int32(0); partition < count; partition++ {
			offset := int64(-1)
			if at, has := found.Lookup(topic, partition); has {
				offset = at.At
			}
			offsets = append(offsets, offset)
		}
		return err
	})
	return offsets, err
}

func (franz) times(bootstrap, topic string, partition int32, timestamp int64) (offset int64, err error) {
	err = withAdmin(bootstrap, func(ctx context.Context, admin *kadm.Client) error {
		found, err := admin.ListOffsetsAfterMilli(ctx, timestamp, topic)
		if at, has := found.Lookup(topic, partition); has && at.Timestamp >= 0 {
			offset = at.Offset
		} else {
			offset = -1 // it then tells the end of the partition
		}
		return err
	})
	return offset, err
}
