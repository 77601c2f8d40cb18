//go:build go1.26

package main

import (
	"github.com/IBM/sarama"
	"github.com/twmb/franz-go/pkg/kgo"
)

// What only the clients of go.mod have; those of go_1_19.mod are in before_go_1_26.go.

func franzServerSide() (kgo.Opt, error) { return kgo.ServerSideBalancer(), nil }

func saramaCooperative() (sarama.BalanceStrategy, error) {
	return sarama.NewBalanceStrategyCooperativeSticky(), nil
}
