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
	var failed conditions
	f.times(&failed)
	f.message(&failed)
	text, args := "select call_id from ledger"+failed.where(), failed.args
	if spoken, more := f.spoken(d); spoken != "" {
		text, args = text+" union all "+spoken, append(args, more...)
	}
	c.add("call_id in ("+text+")", args...)
}

// spoken selects the calls in which the text was said; "" where it has no words.
func (f *LogFilter) spoken(d dialect.Name) (text string, args []any) {
	phrases := transcript.ParseQuery(f.text())
	if len(phrases) == 0 {
		return "", nil
	}
	var found conditions
	since, until := f.span()
	id := "id"
	if d == dialect.PG {
		found.add("words @@ ?::tsquery", tsquery(phrases))
		text = "select call_id from call_bodies"
	} else {
		id = "w.rowid"
		found.add("w.words match ?", ftsQuery(phrases))
		text = "select b.call_id from call_words w join call_bodies b on b.id = w.rowid"
	}
	found.add(id+" >= ? and "+id+" < ?", firstIDOf(since), firstIDOf(until))
	return text + found.where(), found.args
}

// text is the filter's text as all databases take it for one.
func (f *LogFilter) text() string {
	return strings.ReplaceAll(strings.ToValidUTF8(f.Text, "\ufffd"), "\x00", "\ufffd") // else it is none to PostgreSQL
}

// message adds that a text is in an error's message.
func (f *LogFilter) message(c *conditions) {
	c.add("outcome <> 0") // as the index has it
	c.add(`lower(message) like ? escape '\'`, "%"+likeLiteral.Replace(strings.ToLower(f.text()))+"%")
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
