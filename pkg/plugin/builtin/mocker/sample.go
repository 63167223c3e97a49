package mocker

import (
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/template"
)

// lists are what made-up values are drawn from.
var lists = map[string][]string{
	"first_name": {"Ada", "Alan", "Barbara", "Edsger", "Frances", "Grace", "Ken", "Margaret", "Niklaus", "Radia"},
	"last_name":  {"Allen", "Dijkstra", "Hamilton", "Hopper", "Liskov", "Lovelace", "Perlman", "Thompson", "Turing", "Wirth"},
	"city":       {"Aarhus", "Basel", "Bergen", "Delft", "Ghent", "Graz", "Lund", "Porto", "Tartu", "Turku"},
	"state":      {"Alaska", "Bavaria", "Bohemia", "Galicia", "Ohio", "Queensland", "Styria", "Tyrol", "Utah", "Wallonia"},
	"company":    {"Acme", "Borealis", "Cobalt", "Dunlin", "Everglade", "Fathom", "Granite", "Halcyon", "Isthmus", "Juniper"},
	"job_title":  {"Analyst", "Architect", "Baker", "Carpenter", "Editor", "Engineer", "Librarian", "Nurse", "Pilot", "Teacher"},
	"street":     {"Birch Road", "Canal Street", "Field Lane", "Harbour Street", "High Street", "Mill Lane", "Park Avenue", "Station Road"},
	"color":      {"amber", "blue", "crimson", "green", "indigo", "ochre", "teal", "violet"},
	"word": {
		"lorem", "ipsum", "dolor", "sit", "amet", "consectetur", "adipiscing", "elit", "sed", "do", "eiusmod", "tempor",
		"incididunt", "ut", "labore", "et", "dolore", "magna", "aliqua",
	},
}

func draw(list string) string {
	l := lists[list]
	return l[mathrand.IntN(len(l))]
}

// samples make values up, by the names that Bifrost's mocker has for them.
var samples = map[string]func() string{
	"name":      func() string { return draw("first_name") + " " + draw("last_name") },
	"email":     func() string { return strings.ToLower(draw("first_name")+"."+draw("last_name")) + "@example.com" },
	"phone":     func() string { return fmt.Sprintf("+1-202-555-01%02d", mathrand.IntN(100)) }, // numbers that nobody has
	"address":   func() string { return strconv.Itoa(1+mathrand.IntN(200)) + " " + draw("street") + ", " + draw("city") },
	"zip_code":  func() string { return fmt.Sprintf("%05d", mathrand.IntN(100_000)) },
	"uuid":      uuid,
	"hex_color": func() string { return fmt.Sprintf("#%06x", mathrand.IntN(1<<24)) },
	"boolean":   func() string { return strconv.FormatBool(mathrand.IntN(2) == 0) },
	"sentence":  func() string { return lorem(10) },
}

// sampleNamed knows the names of made-up values in templates.
func sampleNamed(name string) (template.Value, error) {
	sample, ok := strings.CutPrefix(name, "faker.")
	if !ok {
		return nil, nil //nolint:nilnil // it is no such name
	}
	made, err := sampler(sample)
	if err != nil {
		return nil, err
	}
	return func(*plugin.Call) string { return made() }, nil
}

// sampler returns what makes up the value of a name, such as email, lorem_ipsum:20 or
// integer:1,6.
func sampler(name string) (func() string, error) {
	base, arguments, _ := strings.Cut(name, ":")
	if s := samples[base]; s != nil {
		return s, nil
	}
	if lists[base] != nil {
		return func() string { return draw(base) }, nil
	}
	switch base {
	case "lorem_ipsum":
		n, err := numbers(arguments, 10)
		if err != nil || n[0] < 1 || n[0] > 10_000 {
			return nil, fmt.Errorf("{{faker.%s}} wants a number of words, from 1 to 10000", name)
		}
		return func() string { return lorem(int(n[0])) }, nil
	case "integer", "float":
		n, err := numbers(arguments, 1, 100)
		if err != nil || n[1] < n[0] || n[0] < -1e9 || n[1] > 1e9 {
			return nil, fmt.Errorf("{{faker.%s}} wants two numbers, the least and the most", name)
		}
		if base == "float" {
			return func() string { return strconv.FormatFloat(n[0]+mathrand.Float64()*(n[1]-n[0]), 'f', 2, 64) }, nil
		}
		return func() string { return strconv.Itoa(int(n[0]) + mathrand.IntN(int(n[1])-int(n[0])+1)) }, nil
	}
	return nil, fmt.Errorf("there is no value {{faker.%s}}", name)
}

// numbers reads as many numbers as there are in usual, which stand for those that are not given.
func numbers(text string, usual ...float64) ([]float64, error) {
	if text == "" {
		return usual, nil
	}
	for i, field := range strings.Split(text, ",") {
		n, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
		if err != nil || i == len(usual) || n != n {
			return nil, fmt.Errorf("%q is not what is wanted", text)
		}
		usual[i] = n
	}
	return usual, nil
}

func lorem(words int) string {
	var b strings.Builder
	for i := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(draw("word"))
	}
	s := b.String()
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

// uuid returns a random UUID (RFC 9562, version 4).
func uuid() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
