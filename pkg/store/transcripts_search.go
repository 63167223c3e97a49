package store

import (
	"slices"
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/transcript"
	"github.com/uptrace/bun/dialect"
)

// said adds that a text is in what was said in a call, or in its error's message.
func (f *LogFilter) said(c *conditions, d dialect.Name) {
	f.Text = strings.ReplaceAll(strings.ToValidUTF8(f.Text, "\ufffd"), "\x00", "\ufffd") // else it is no text to PostgreSQL
	var failed conditions
	f.times(&failed)
	f.message(&failed)
	text, args := "select call_id from ledger"+failed.where(), failed.args
	if phrases := transcript.ParseQuery(f.Text); len(phrases) > 0 {
		var found conditions
		since, until := f.span()
		id := "id"
		if d == dialect.PG {
			found.add("words @@ ?::tsquery", tsquery(phrases))
			text += " union all select call_id from call_bodies"
		} else {
			id = "w.rowid"
			found.add("w.words match ?", ftsQuery(phrases))
			text += " union all select b.call_id from call_words w join call_bodies b on b.id = w.rowid"
		}
		found.add(id+" >= ? and "+id+" < ?", firstIDOf(since), firstIDOf(until))
		text, args = text+found.where(), append(args, found.args...)
	}
	c.add("call_id in ("+text+")", args...)
}

// message adds that a text is in an error's message.
func (f *LogFilter) message(c *conditions) {
	c.add("outcome <> 0") // as the index has it
	c.add(`lower(message) like ? escape '\'`, "%"+likeLiteral.Replace(strings.ToLower(f.Text))+"%")
}

// ftsQuery writes phrases in the language of SQLite's full text search. Words are letters
// and digits, and so none can mean anything else.
func ftsQuery(phrases []transcript.Phrase) string {
	all := make([]string, len(phrases))
	for i, p := range phrases {
		all[i] = `"` + strings.Join(p.Words, " ") + `"`
		if p.Open {
			all[i] += " *"
		}
	}
	return strings.Join(all, " AND ")
}

// tsquery writes phrases as PostgreSQL's tsquery has them.
func tsquery(phrases []transcript.Phrase) string {
	all := make([]string, len(phrases))
	for i, p := range phrases {
		words := slices.Clone(p.Words)
		for j := range words {
			words[j] = "'" + words[j] + "'"
		}
		if p.Open {
			words[len(words)-1] += ":*"
		}
		all[i] = "(" + strings.Join(words, " <-> ") + ")"
	}
	return strings.Join(all, " & ")
}

const (
	// mostPlaces is how many places of a word a tsvector has, and lastPlace the last that
	// it tells apart.
	mostPlaces = 256
	lastPlace  = 1<<14 - 1
	// vectorBytes keeps a tsvector below the MiB that it may have.
	vectorBytes = 600 << 10
)

// vectorOf writes words as PostgreSQL's tsvector has them.
func vectorOf(words []string) string {
	places := make(map[string][]int, len(words))
	size := 0
	for i, word := range words {
		at, known := places[word]
		switch {
		case len(at) == mostPlaces || len(at) > 0 && at[len(at)-1] == lastPlace:
			continue
		case !known:
			size += len(word) + 6
		}
		if size += 2; size > vectorBytes {
			break
		}
		places[word] = append(at, min(i+1, lastPlace))
	}
	var b strings.Builder
	for word, at := range places {
		b.WriteString("'" + word + "':")
		for i, place := range at {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(strconv.Itoa(place))
		}
		b.WriteByte(' ')
	}
	return b.String()
}
