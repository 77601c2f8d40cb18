package main

import (
	"context"
	"errors"
	"sync"

	"github.com/IBM/sarama"
)

// saramaMember is the handler of its group's sessions; claims come and go in goroutines of their own.
type saramaMember struct {
	group   sarama.ConsumerGroup
	tell    teller
	marks   bool // auto commit commits what is marked
	mutex   sync.Mutex
	session sarama.ConsumerGroupSession
	end     context.CancelFunc
	ended   chan struct{}
}

func (saramaClient) open(bootstrap, group string, options map[string]string, tell teller) (member, error) {
	config := saramaConfig()
	config.Metadata.RefreshFrequency = refresh
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Consumer.Offsets.AutoCommit.Enable = options["commit"] == "auto"
	config.Consumer.Offsets.AutoCommit.Interval = autoCommit
	config.Consumer.Group.Heartbeat.Interval = heartbeat
	config.Consumer.Group.Session.Timeout = session
	config.Consumer.Group.InstanceId = options["instance"]
	strategy, err := sarama.NewBalanceStrategyRange(), error(nil)
	if options["assignor"] == "cooperative" {
		strategy, err = saramaCooperative()
	}
	if err != nil {
		return nil, err
	}
	config.Consumer.Group.Rebalance.GroupStrategies = []sarama.BalanceStrategy{strategy}
	g, err := sarama.NewConsumerGroup([]string{bootstrap}, group, config)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	m := &saramaMember{group: g, tell: tell, marks: options["commit"] == "auto", end: cancel, ended: make(chan struct{})}
	go func() {
		for err := range g.Errors() {
			tell.failed(err)
		}
	}()
	go func() {
		defer close(m.ended)
		for ctx.Err() == nil {
			if err := g.Consume(ctx, []string{options["topic"]}, m); err != nil {
				tell.failed(err)
			}
		}
	}()
	return m, nil
}

func (m *saramaMember) Setup(session sarama.ConsumerGroupSession) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.session = session
	return nil
}

func (m *saramaMember) Cleanup(sarama.ConsumerGroupSession) error { return nil }

func (m *saramaMember) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	place := map[string][]int32{claim.Topic(): {claim.Partition()}}
	m.tell.moved("assigned", place)
	defer m.tell.moved("revoked", place)
	for {
		select {
		case message := <-claim.Messages():
			if message == nil {
				return nil
			}
			m.tell.got(message.Topic, message.Partition, message.Offset)
			if m.marks {
				session.MarkMessage(message, "")
			}
		case <-session.Context().Done():
			return nil
		}
	}
}

// Commit has no answer of its own: a failure is told as an error of the member, and the driver looks at what is committed.
func (m *saramaMember) commit(offsets map[string]map[int32]int64) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	for topic, partitions := range offsets {
		for partition, offset := range partitions {
			m.session.MarkOffset(topic, partition, offset, "")
		}
	}
	m.session.Commit()
	return nil
}

func (m *saramaMember) seek(string, int32, int64) error {
	return errors.New("no seek within a session")
}

func (m *saramaMember) close() error {
	m.end()
	<-m.ended
	return m.group.Close()
}

func (saramaClient) committed(bootstrap, group, topic string, count int32) ([]int64, error) {
	admin, err := sarama.NewClusterAdmin([]string{bootstrap}, saramaConfig())
	if err != nil {
		return nil, err
	}
	defer admin.Close()
	var partitions []int32
	for i := int32(0); i < count; i++ {
		partitions = append(partitions, i)
	}
	found, err := admin.ListConsumerGroupOffsets(group, map[string][]int32{topic: partitions})
	if err != nil {
		return nil, err
	}
	var offsets []int64
	for _, partition := range partitions {
		block := found.GetBlock(topic, partition)
		if block == nil {
			return nil, errors.New("a partition is missing in the answer")
		}
		if block.Err != sarama.ErrNoError {
			return nil, block.Err
		}
		offsets = append(offsets, block.Offset)
	}
	return offsets, nil
}

func (saramaClient) times(bootstrap, topic string, partition int32, timestamp int64) (int64, error) {
	c, err := sarama.NewClient([]string{bootstrap}, saramaConfig())
	if err != nil {
		return 0, err
	}
	defer c.Close()
	return c.GetOffset(topic, partition, timestamp)
}
