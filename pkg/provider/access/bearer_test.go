package access_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/provider/access"
	"github.com/stretchr/testify/require"
)

func TestATokenIsAskedForOnceAndKept(t *testing.T) {
	var asked atomic.Int64
	b := &access.Bearer{Source: func(context.Context) (string, time.Time, error) {
		return "t" + strconv.FormatInt(asked.Add(1), 10), time.Now().Add(time.Hour), nil
	}}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			field, err := b.AppendAuth([]byte("X: y\r\n"), &access.Request{})
			if string(field) != "X: y\r\nAuthorization: Bearer t1\r\n" || err != nil {
				t.Errorf("%q, %v", field, err)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, asked.Load())
}

func TestATokenThatEndsSoonIsReplacedAndUsedUpWhereThatFails(t *testing.T) {
	fail, life := false, time.Hour
	asked := 0
	b := &access.Bearer{Source: func(context.Context) (string, time.Time, error) {
		asked++
		if fail {
			return "", time.Time{}, errors.New("no")
		}
		return "t" + strconv.Itoa(asked), time.Now().Add(life), nil
	}}
	ask := func() string {
		field, err := b.AppendAuth(nil, &access.Request{})
		require.NoError(t, err)
		return string(field)
	}
	life = -time.Second // over at once
	require.Equal(t, "Authorization: Bearer t1\r\n", ask())
	life = time.Hour
	require.Equal(t, "Authorization: Bearer t2\r\n", ask())
	require.Equal(t, "Authorization: Bearer t2\r\n", ask())

	b = &access.Bearer{Source: b.Source}
	fail = true
	_, err := b.AppendAuth(nil, &access.Request{})
	require.EqualError(t, err, "get a token: no")
}

func TestAnOldTokenIsUsedWhileNoNewOneIsToBeHad(t *testing.T) {
	asked := 0
	b := &access.Bearer{Source: func(context.Context) (string, time.Time, error) {
		if asked++; asked > 1 {
			return "", time.Time{}, errors.New("no")
		}
		return "t1", time.Now().Add(30 * time.Millisecond), nil // to be replaced after half of that
	}}
	first, err := b.AppendAuth(nil, &access.Request{})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		field, err := b.AppendAuth(nil, &access.Request{})
		return err != nil || asked > 1 && string(field) == string(first)
	}, 10*time.Second, time.Millisecond)
	require.Greater(t, asked, 1)
}
