package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
)

var input = bufio.NewScanner(os.Stdin)

type produceJob struct{ id, topic, codec string }

func produceJobs() (jobs []produceJob) {
	for input.Scan() {
		if words := strings.Fields(input.Text()); len(words) == 3 {
			jobs = append(jobs, produceJob{words[0], words[1], words[2]})
		}
	}
	return jobs
}

func answer(id string, err error) {
	if err == nil {
		fmt.Println("ok", id)
	} else {
		fmt.Println("failed", id, strings.ReplaceAll(err.Error(), "\n", " "))
	}
}

// reading is one consume job under way.
type reading struct {
	id, topic          string
	first, count, seen int64
	file               *os.File
	rows               *bufio.Writer
}

// pass is the jobs that are read together; take may be called from several goroutines.
type pass struct {
	mutex    sync.Mutex
	readings map[string]*reading
	open     int
}

func nextPass() *pass {
	p := &pass{readings: map[string]*reading{}}
	for input.Scan() {
		words := strings.Fields(input.Text())
		if len(words) != 5 {
			break
		}
		file, err := os.Create(words[4])
		if err != nil {
			answer(words[0], err)
			continue
		}
		r := &reading{id: words[0], topic: words[1], first: number(words[2]), count: number(words[3]), file: file, rows: bufio.NewWriter(file)}
		p.readings[r.topic] = r
		p.open++
	}
	if len(p.readings) == 0 {
		return nil
	}
	return p
}

// take notes one record and says whether the whole pass has ended.
func (p *pass) take(topic string, offset, timestamp int64, rec record) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	r := p.readings[topic]
	if r != nil && r.file != nil {
		var row [24]byte
		binary.LittleEndian.PutUint64(row[0:], uint64(offset))
		binary.LittleEndian.PutUint64(row[8:], uint64(timestamp))
		binary.LittleEndian.PutUint64(row[16:], uint64(digest(rec)))
		r.rows.Write(row[:])
		if r.seen++; r.seen == r.count {
			p.end(r, nil)
		}
	}
	return p.open == 0
}

// fail ends one reading and says whether the whole pass has ended.
func (p *pass) fail(topic string, err error) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if r := p.readings[topic]; r != nil && r.file != nil {
		p.end(r, err)
	}
	return p.open == 0
}

func (p *pass) end(r *reading, err error) {
	if flushed := r.rows.Flush(); err == nil {
		err = flushed
	}
	r.file.Close()
	r.file = nil
	p.open--
	answer(r.id, err)
}

func (p *pass) finish(err error) {
	if err == nil {
		err = errors.New("nothing new came")
	}
	for _, r := range p.readings {
		if r.file != nil {
			p.end(r, fmt.Errorf("%v after %d of %d records", err, r.seen, r.count))
		}
	}
}
