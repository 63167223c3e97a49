package config

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

//go:generate go test . -run TestDocsAreMadeFromTheDeclarations -update

// docsIntro is what docs/configuration.md says beyond the declarations.
const docsIntro = `<!-- Made from the declarations in pkg/config by "go generate ./pkg/config". Do not edit. -->

# Configuration

The file is JSON or YAML 1.2, told apart by its name (` + "`.json`, `.yaml`, `.yml`" + `) or else by its
first character. A ` + "`config.json`" + ` of Bifrost is read as it is. ` + "`asbru check FILE`" + ` lists every
problem with its path and place; ` + "`asbru schema`" + ` prints the JSON Schema.

The file, and every file that it refers to, is looked at once a second. A change is applied without a
restart; a file with a problem changes nothing. Without a file, providers are made from
` + "`OPENAI_API_KEY`, `ANTHROPIC_API_KEY` and `GEMINI_API_KEY` or `GOOGLE_API_KEY`" + `, and the like of the other providers
(` + "`GROQ_API_KEY`, `MISTRAL_API_KEY`" + ` …); where there is none of these,
and where a file has no ` + "`providers`" + `, the built-in mock answers.

- An unknown key, a repeated key and a wrong type are problems. ` + "`null`" + ` means absent.
- A value marked *reference* may be ` + "`env.NAME`" + `, an environment variable, or ` + "`file:PATH`" + `, a file
  whose content is taken without the newline at its end; a relative path counts from the folder of the
  configuration file. What is missing is a problem, unless the key that wants it is disabled.
- A *secret* may be a reference. It is never logged or shown but for its last four characters.
- A *duration* is a whole number of the unit that the name gives (milliseconds where it gives none), or
  a string with a unit such as ` + "`\"500ms\"`, `\"90s\"`, `\"2m\"`" + `.
- Keys under "Accepted, not used by this version" are Bifrost's. They are checked for their type and
  named by ` + "`asbru check`" + `, and do nothing.
- A provider that Bifrost has and this version has not is set aside with a note.
`

func TestDocsAreMadeFromTheDeclarations(t *testing.T) {
	var out strings.Builder
	out.WriteString(docsIntro)
	paths := sectionPaths()
	for _, s := range allSections() {
		writeSection(&out, s, paths[s.typ])
	}
	golden(t, "../../docs/configuration.md", out.String())
}

// sectionPaths is where each section stands in the file.
func sectionPaths() map[reflect.Type]string {
	paths := map[reflect.Type]string{reflect.TypeFor[Config](): ""}
	for _, s := range allSections() {
		for _, f := range s.fields {
			t, path := heldBy(f.typ, strings.TrimPrefix(paths[s.typ]+"."+f.name, "."))
			if _, known := paths[t]; !known {
				paths[t] = path
			}
		}
	}
	return paths
}

func writeSection(out *strings.Builder, s *section, path string) {
	title := "The file"
	if path != "" {
		title = "`" + path + "`"
	}
	fmt.Fprintf(out, "\n## %s\n\n| key | type | default | meaning |\n| --- | --- | --- | --- |\n", title)
	var unused []*field
	for _, f := range s.fields {
		if f.unused {
			unused = append(unused, f)
			continue
		}
		fmt.Fprintf(out, "| `%s` | %s | %s | %s |\n", f.name, typeName(f), defaultName(f), cell(meaning(f)))
	}
	if len(unused) == 0 {
		return
	}
	fmt.Fprintf(out, "\n%s:\n\n", strings.ToUpper(unusedNote[:1])+unusedNote[1:])
	for _, f := range unused {
		fmt.Fprintf(out, "- `%s`: %s\n", f.name, f.doc)
	}
}

func defaultName(f *field) string {
	if f.standard == "" {
		return ""
	}
	return "`" + f.standard + "`"
}

// cell keeps text within its cell of a Markdown table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
