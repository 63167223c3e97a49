package cache

import (
	"context"
	"strconv"
	"time"
)

// ClaimFor is how long a claim lasts that is not lengthened: so long do others wait for a
// node that died.
const ClaimFor = 5 * time.Second

const (
	claimBeat = ClaimFor / 5          // how often a claim is lengthened
	claimLook = 20 * time.Millisecond // how often it is looked whether another's has ended
)

// Begin says that an answer is about to be made. It returns what ends that, or, where it is
// being made already, at this node or at another, a channel that is closed when it is not any
// more.
func (a *Answers) Begin(k Key) (end func(), wait <-chan struct{}) {
	end, wait = a.flights.Begin(k)
	if end == nil || a.far == nil {
		return end, wait
	}
	owner := a.owner + "#" + strconv.FormatUint(a.claims.Add(1), 36)
	switch mine, err := a.claim(k, owner); {
	case err != nil: // the store is away: the node is on its own
		return end, nil
	case mine:
		return a.hold(k, owner, end), nil
	}
	landed, here := make(chan struct{}), end
	watch := func() {
		defer close(landed)
		defer here()
		a.watch(k, owner)
	}
	if !a.run(watch) {
		return end, nil
	}
	return nil, landed
}

func (a *Answers) claim(k Key, owner string) (bool, error) {
	ctx, cancel := context.WithTimeout(a.alive, farPatience)
	defer cancel()
	return a.far.Claim(ctx, k, owner)
}

// hold lengthens a claim until the answer was made, or was not.
func (a *Answers) hold(k Key, owner string, end func()) func() {
	held, stop := context.WithCancel(a.alive)
	a.run(func() {
		beat := time.NewTicker(claimBeat)
		defer beat.Stop()
		for {
			select {
			case <-held.Done():
				return
			case <-beat.C:
				a.ask("told that an answer is being made", func(ctx context.Context) error {
					_, err := a.far.Claim(ctx, k, owner)
					return err
				})
			}
		}
	})
	return func() {
		stop()
		a.send(write{key: k, owner: owner})
		end()
	}
}

// watch waits until an answer is there that another node makes, or that node makes it no
// more.
func (a *Answers) watch(k Key, owner string) {
	look := time.NewTicker(claimLook)
	defer look.Stop()
	for {
		select {
		case <-a.alive.Done():
			return
		case <-look.C:
		}
		if a.Get(k) != nil {
			return
		}
		mine, err := a.claim(k, owner)
		if mine { // and wanted by nobody: it is over before those who have waited begin
			a.ask("told that an answer is not made", func(ctx context.Context) error { return a.far.Release(ctx, k, owner) })
		}
		if mine || err != nil {
			return
		}
	}
}
