package main

import (
	"context"
	"errors"
	"io"
	"sync"

	"github.com/segmentio/kafka-go"
)

// segmentio is kafka-go. Its Reader tells nothing of rebalances, so members stand on the ConsumerGroup that the Reader itself stands on,
// with a Reader for each partition; auto commit is the Reader's own.
type segmentio struct{}

type place struct {
	topic     string
	partition int
}

type segmentioMember struct {
	group      *kafka.ConsumerGroup
	tell       teller
	bootstrap  string
	mutex      sync.Mutex
	generation *kafka.Generation
	readers    map[place]*kafka.Reader
}

func (segmentio) open(bootstrap, group string, options map[string]string, tell teller) (member, error) {
	if options["commit"] == "auto" {
		return openReader(bootstrap, group, options["topic"], tell), nil
	}
	g, err := kafka.NewConsumerGroup(kafka.ConsumerGroupConfig{ID: group, Brokers: []string{bootstrap}, Topics: []string{options["topic"]},
		GroupBalancers: []kafka.GroupBalancer{kafka.RangeGroupBalancer{}}, HeartbeatInterval: heartbeat, SessionTimeout: session,
		RebalanceTimeout: session, JoinGroupBackoff: refresh, StartOffset: kafka.FirstOffset})
	if err != nil {
		return nil, err
	}
	m := &segmentioMember{group: g, tell: tell, bootstrap: bootstrap, readers: map[place]*kafka.Reader{}}
	go m.live()
	return m, nil
}

func (m *segmentioMember) live() {
	for {
		generation, err := m.group.Next(context.Background())
		if errors.Is(err, kafka.ErrGroupClosed) {
			return
		}
		if err != nil {
			m.tell.failed(err)
			continue
		}
		m.mutex.Lock()
		m.generation = generation
		m.mutex.Unlock()
		for topic, partitions := range generation.Assignments {
			for _, assigned := range partitions {
				at, offset := place{topic, assigned.ID}, assigned.Offset
				generation.Start(func(ctx context.Context) { m.read(ctx, at, offset) })
			}
		}
	}
}

// read ends with the generation, which waits for it.
func (m *segmentioMember) read(ctx context.Context, at place, offset int64) {
	reader := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{m.bootstrap}, Topic: at.topic, Partition: at.partition, MaxWait: refresh})
	defer reader.Close()
	if err := reader.SetOffset(offset); err != nil {
		m.tell.failed(err)
		return
	}
	m.mutex.Lock()
	m.readers[at] = reader
	m.mutex.Unlock()
	assigned := map[string][]int32{at.topic: {int32(at.partition)}}
	m.tell.moved("assigned", assigned)
	defer m.tell.moved("revoked", assigned)
	for {
		message, err := reader.ReadMessage(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			m.tell.failed(err)
			return
		}
		m.tell.got(message.Topic, int32(message.Partition), message.Offset)
	}
}

func (m *segmentioMember) commit(offsets map[string]map[int32]int64) error {
	wanted := map[string]map[int]int64{}
	for topic, partitions := range offsets {
		wanted[topic] = map[int]int64{}
		for partition, offset := range partitions {
			wanted[topic][int(partition)] = offset
		}
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.generation.CommitOffsets(wanted)
}

func (m *segmentioMember) seek(topic string, partition int32, offset int64) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.readers[place{topic, int(partition)}].SetOffset(offset)
}

func (m *segmentioMember) close() error { return m.group.Close() }

// readerMember commits by itself what ReadMessage gave out.
type readerMember struct{ reader *kafka.Reader }

func openReader(bootstrap, group, topic string, tell teller) member {
	reader := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{bootstrap}, GroupID: group, Topic: topic, CommitInterval: autoCommit,
		HeartbeatInterval: heartbeat, SessionTimeout: session, RebalanceTimeout: session, JoinGroupBackoff: refresh, StartOffset: kafka.FirstOffset,
		MaxWait: refresh})
	go func() {
		for {
			message, err := reader.ReadMessage(context.Background())
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				tell.failed(err)
				continue
			}
			tell.got(message.Topic, int32(message.Partition), message.Offset)
		}
	}()
	return readerMember{reader}
}

func (readerMember) commit(map[string]map[int32]int64) error {
	return errors.New("it commits by itself")
}
func (readerMember) seek(string, int32, int64) error {
	return errors.New("no seek in a group's Reader")
}
func (m readerMember) close() error { return m.reader.Close() }

func (segmentio) committed(bootstrap, group, topic string, count int32) ([]int64, error) {
	var partitions []int
	for i := 0; i < int(count); i++ {
		partitions = append(partitions, i)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	client := kafka.Client{Addr: kafka.TCP(bootstrap)}
	found, err := client.OffsetFetch(ctx, &kafka.OffsetFetchRequest{GroupID: group, Topics: map[string][]int{topic: partitions}})
	if err != nil {
		return nil, err
	}
	offsets := make([]int64, count)
	for _, at := range found.Topics[topic] {
		if at.Error != nil {
			return nil, at.Error
		}
		offsets[at.Partition] = at.CommittedOffset
	}
	return offsets, found.Error
}

func (segmentio) times(bootstrap, topic string, partition int32, timestamp int64) (int64, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	client := kafka.Client{Addr: kafka.TCP(bootstrap)}
	wanted := kafka.OffsetRequest{Partition: int(partition), Timestamp: timestamp}
	found, err := client.ListOffsets(ctx, &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{topic: {wanted}}})
	if err != nil {
		return 0, err
	}
	for _, at := range found.Topics[topic] {
		for offset := range at.Offsets {
			return offset, at.Error
		}
	}
	return -1, nil
}
