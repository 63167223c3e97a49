package catalog

import (
	"fmt"
	"strconv"
	"strings"
)

// Model is what is known of a provider's model. It never changes.
type Model struct {
	Context   int64 // tokens that fit into a call; 0 where that is not known
	MaxOutput int64 // tokens of an answer; 0 where that is not known
	Can       Abilities
	Cannot    Abilities // of what is in neither, nothing is known
	Price     *Price    // nil where none is known
}

// Abilities is a set of what a model may be able to do.
type Abilities uint16

// The abilities.
const (
	Tools     Abilities = 1 << iota // calls tools
	Image                           // takes images
	Audio                           // takes sound
	Video                           // takes videos
	File                            // takes documents
	Schema                          // answers by a JSON schema
	Reasoning                       // thinks, by effort or budget
	abilitiesEnd
)

// abilityNames are as the table and the API spell them.
var abilityNames = [...]string{"tools", "image", "audio", "video", "file", "schema", "reasoning"}

// Names returns the names of the abilities in the set.
func (a Abilities) Names() []string {
	var names []string
	for i, name := range abilityNames {
		if a&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// readAbilities reads "tools image !audio": what the model can, and what it cannot.
func (m *Model) readAbilities(text string) error {
	for word := range strings.FieldsSeq(text) {
		to := &m.Can
		name, not := strings.CutPrefix(word, "!")
		if not {
			to = &m.Cannot
		}
		a, ok := abilityOf(name)
		if !ok {
			return fmt.Errorf("%s is no ability", word)
		}
		*to |= a
	}
	if m.Can&m.Cannot != 0 {
		return fmt.Errorf("%q says of an ability both that it is there and that it is not", text)
	}
	return nil
}

func abilityOf(name string) (Abilities, bool) {
	for i, n := range abilityNames {
		if n == name {
			return 1 << i, true
		}
	}
	return 0, false
}

// readWindow reads "200000/64000", the context and the longest answer, either of
// which may be missing.
func (m *Model) readWindow(text string) error {
	context, output, _ := strings.Cut(text, "/")
	for _, n := range [...]struct {
		text string
		to   *int64
	}{{context, &m.Context}, {output, &m.MaxOutput}} {
		if n.text == "" {
			continue
		}
		v, err := strconv.ParseInt(n.text, 10, 64)
		if err != nil || v <= 0 || v > maxTokens {
			return fmt.Errorf("%s is no number of tokens", n.text)
		}
		*n.to = v
	}
	return nil
}
