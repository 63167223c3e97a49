package bus

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
)

//go:generate go test . -run TestDocsAreMadeFromTheDeclarations -update

var update = flag.Bool("update", false, "write docs/bus.md anew")

// docsIntro is what docs/bus.md says beyond the declarations.
const docsIntro = `<!-- Made from the declarations in pkg/bus by "go generate ./pkg/bus". Do not edit. -->

# The bus

What the nodes of a cluster say to each other over NATS. Every subject, stream, bucket and store is
declared in [pkg/bus](../pkg/bus/doc.go), and only there; this page and each role's permissions are
made from those declarations.

A value in a subject, such as ` + "`<node>`" + `, is one token: letters, digits, ` + "`-` and `_`" + ` stand for
themselves, any other byte is ` + "`=`" + ` and its two hexadecimal digits. In the columns of roles, *own* means
with the node's own name only, and *server* that the NATS server itself publishes it.

## Who may do what

A node signs the server's challenge with a key that is derived from the cluster's ` + "`--secret-key`" + ` for
its role and its name, and the server, which derives the same key, gives it the permissions of that
role and that name: the subjects below, and ` + "`_INBOX.<role>.<node>.>`" + ` for answers to its requests. The
rest is refused. Servers of one cluster know each other by a password derived in the same way.

This keeps apart nodes with a fault, and what one node's credentials are good for; it does not
protect against one who has the secret key. NATS does not check where the answer to a request is
sent, so a node can have the server deliver one to any subject, with a content of its choice. What
must not be forged is therefore not trusted for where it lies: the pointer is signed, snapshots and
virtual keys are sealed, each for its own place, and who reads them checks that. What such a node can
do is be a nuisance, and put back a value of a virtual key that it has seen before.

The program behind a [plugin](plugins.md#plugins-elsewhere) of the kind ` + "`nats`" + ` is no node. It has a key of its own,
from ` + "`asbru plugin credentials`" + `, with which it hears what that plugin is asked, may answer each question once, and
may say nothing else.

A NATS of your own, 2.12 or later, needs a user for each role in the URLs of ` + "`--nats`" + `, with JetStream
and the subjects below; ` + "`asbru nats permissions`" + ` prints them for its configuration.
`

func TestDocsAreMadeFromTheDeclarations(t *testing.T) {
	var out strings.Builder
	out.WriteString(docsIntro)
	sortTables()
	subjectDocs(&out)
	streamDocs(&out)
	bucketDocs(&out)
	objectDocs(&out)
	out.WriteString("\n## Headers\n\n| header | meaning |\n| --- | --- |\n")
	for _, h := range headers {
		fmt.Fprintf(&out, "| `%s` | %s |\n", h.Name, h.Doc)
	}
	const path = "../../docs/bus.md"
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(out.String()), 0o644))
	}
	have, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, out.String(), string(have), `docs/bus.md is not up to date: run "go generate ./pkg/bus"`)
}

// sortTables puts in order what the compiler initialises in whatever order.
func sortTables() {
	slices.SortFunc(streams, func(a, b *Stream) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(buckets, func(a, b *Bucket) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(objectStores, func(a, b *ObjectStore) int { return cmp.Compare(a.Name, b.Name) })
}

func subjectDocs(out *strings.Builder) {
	out.WriteString("\n## Subjects\n\n| subject | published by | heard by | meaning |\n| --- | --- | --- | --- |\n")
	for _, s := range subjects {
		published := who(s.Publish)
		if published == "" {
			published = "server"
		}
		heard := who(s.Subscribe)
		for _, stream := range streams {
			for _, stored := range stream.subjects {
				if stored == s {
					heard = "stream `" + stream.Name + "`"
				}
			}
		}
		fmt.Fprintf(out, "| `%s` | %s | %s | %s |\n", s.Pattern, published, heard, s.Doc)
	}
}

func streamDocs(out *strings.Builder) {
	out.WriteString("\n## Streams\n\n| stream | kept | copies | consumers | meaning |\n| --- | --- | --- | --- | --- |\n")
	for _, s := range streams {
		c := s.config(3)
		var consumers []string
		for _, c := range s.Consumers {
			consumers = append(consumers, "`"+c.Name+"`: "+c.Doc)
		}
		if s == Overflow {
			consumers = append(consumers, "one for each provider, named after it.")
		}
		fmt.Fprintf(out, "| `%s` | %s | %s | %s | %s |\n", s.Name, kept(c), copies(c), strings.Join(consumers, " "), s.Doc)
	}
}

func bucketDocs(out *strings.Builder) {
	out.WriteString("\n## Buckets\n\n| bucket | key | kept | written by | read by | republished on | meaning |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, b := range buckets {
		changed := ""
		if b.changed != nil {
			changed = "`" + b.changed.Pattern + "`"
		}
		fmt.Fprintf(out, "| `%s` | `%s` | %s | %s | %s | %s | %s |\n", b.Name, b.Key, kept(b.config(3)), who(b.Write), who(Access{Any: b.Read}), changed, b.Doc)
	}
}

func objectDocs(out *strings.Builder) {
	out.WriteString("\n## Object stores\n\n| store | kept | written by | read by | meaning |\n| --- | --- | --- | --- | --- |\n")
	for _, s := range objectStores {
		fmt.Fprintf(out, "| `%s` | %s | %s | %s | %s |\n", s.Name, kept(s.config(3)), who(Access{Any: s.Write}), who(Access{Any: s.Read}), s.Doc)
	}
}

func who(a Access) string {
	var out []string
	for r := Edge; r <= Plugin; r <<= 1 {
		switch {
		case r.has(a.Any):
			out = append(out, r.String())
		case r.has(a.Own):
			out = append(out, r.String()+" (own)")
		}
	}
	return strings.Join(out, ", ")
}

func kept(c jetstream.StreamConfig) string {
	out := []string{strings.ToLower(c.Storage.String())}
	if c.MaxMsgsPerSubject > 1 {
		out = append(out, fmt.Sprintf("%d values a key", c.MaxMsgsPerSubject))
	}
	if c.MaxAge > 0 {
		out = append(out, age(c.MaxAge))
	}
	if c.MaxMsgs > 0 {
		out = append(out, fmt.Sprintf("%d messages", c.MaxMsgs))
	}
	if c.MaxBytes > 0 {
		out = append(out, fmt.Sprintf("%d MiB", c.MaxBytes>>20))
	}
	return strings.Join(out, ", ")
}

func age(d time.Duration) string {
	switch {
	case d%day == 0:
		return fmt.Sprintf("%d d", d/day)
	case d%time.Minute == 0:
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return fmt.Sprintf("%d s", d/time.Second)
}

func copies(c jetstream.StreamConfig) string {
	if c.Replicas == 1 {
		return "1"
	}
	return "1 or 3"
}

func TestNothingIsDeclaredTwice(t *testing.T) {
	seen := map[string]bool{}
	once := func(what string) {
		require.False(t, seen[what], what)
		seen[what] = true
	}
	for _, s := range subjects {
		once("subject " + s.All())
	}
	for _, s := range streams {
		once("stream " + s.Name)
	}
	for _, b := range buckets {
		once("stream " + b.stream())
	}
	for _, s := range objectStores {
		once("stream " + s.stream())
	}
	for _, h := range headers {
		once("header " + h.Name)
	}
}
