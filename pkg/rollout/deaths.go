package rollout

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"
)

// A configuration may be sound and still be the end of each process that applies it,
// soon enough that a supervisor has it die again and again. So a node notes on its disk
// what it is about to apply, and takes the note away when it has survived that.

const (
	// maxDeaths is how many times in a row a node dies of a configuration before it
	// gives it up and goes by an earlier one.
	maxDeaths = 3
	// survival is how long a node must live after it has applied a configuration for
	// its death not to be laid to it.
	survival  = 10 * time.Second
	deathFile = "unsurvived"
)

// deaths returns how often this node has begun to apply each snapshot and has neither
// survived it nor ended in order.
func (d disk) deaths() map[string]int {
	n := map[string]int{}
	if data, err := os.ReadFile(filepath.Join(d.dir, deathFile)); err == nil {
		_ = json.Unmarshal(data, &n) // what is not readable counts nothing
	}
	return n
}

// risk notes that a snapshot is about to be applied. The file need not outlive the
// machine, only the process: it is not waited for.
func (d disk) risk(digest string) error {
	n := d.deaths()
	if len(n) > keptSnapshots { // all but what may be gone back to
		for other := range n {
			if _, err := os.Stat(d.path(other)); err != nil && other != digest {
				delete(n, other)
			}
		}
	}
	n[digest]++
	return d.setDeaths(n)
}

// survived takes the note away.
func (d disk) survived(digest string) error {
	n := d.deaths()
	delete(n, digest)
	return d.setDeaths(n)
}

func (d disk) setDeaths(n map[string]int) error {
	name := filepath.Join(d.dir, deathFile)
	if len(n) == 0 {
		if err := os.Remove(name); !os.IsNotExist(err) {
			return err
		}
		return nil
	}
	data, err := json.Marshal(n)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o600)
}
