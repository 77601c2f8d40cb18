//go:build !go1.26

package main

import (
	"errors"

	"github.com/IBM/sarama"
	"github.com/twmb/franz-go/pkg/kgo"
)

// What the clients of go_1_19.mod do not have yet; the driver does not ask for it.

func franzServerSide() (kgo.Opt, error) { return nil, errors.New("this franz-go has no KIP-848") }

func saramaCooperative() (sarama.BalanceStrategy, error) {
	return nil, errors.New("this sarama has no cooperative assignor")
}
