package command

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/integration/ports"
	"github.com/stretchr/testify/require"
)

func TestThePageOnTheCacheWorksAsPrinted(t *testing.T) { worksAsPrinted(t, "cache.md") }

func TestThePageOnGovernanceWorksAsPrinted(t *testing.T) { worksAsPrinted(t, "governance.md") }

func TestThePageOnLogsWorksAsPrinted(t *testing.T) { worksAsPrinted(t, "logs.md") }

func TestThePageOnReportsWorksAsPrinted(t *testing.T) { worksAsPrinted(t, "reports.md") }

func TestThePageOnPromptsWorksAsPrinted(t *testing.T) { worksAsPrinted(t, "prompts.md") }

func TestThePageOnPluginsWorksAsPrinted(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	// The module is this one, and not what the network has, and go keeps its remarks to itself.
	worksAsPrinted(t, "plugins.md", `go() {
		if [ "$1" = get ]; then set -- mod edit -require=github.com/asbru-gateway/asbru@v0.0.0 -replace=github.com/asbru-gateway/asbru=`+root+`; fi
		local said; said=$(GOFLAGS=-mod=mod command go "$@" 2>&1) || echo "$said"
	}`)
}

func TestThePageOnToolsWorksAsPrinted(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("there is no Python")
	}
	_, port, err := net.SplitHostPort(ports.Address(t))
	require.NoError(t, err)
	worksAsPrinted(t, "mcp.md", "trap 'kill $(jobs -p) 2> /dev/null' EXIT",
		"eval \"$(declare -f curl | sed '1s/curl/printed_curl/')\"; curl() { printed_curl \"${@//:9000/:"+port+"}\"; }",
		"python3() { sed -i 's/9000/"+port+"/' $1; exec python3 \"$@\"; }")
}

// worksAsPrinted runs the commands of a page of the documentation in a shell against a
// gateway that was just started, after those of prepare. A block of JSON behind commands is what they must
// answer: it may leave members out, and … stands for any text.
func worksAsPrinted(t *testing.T, name string, prepare ...string) {
	t.Helper()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("there is no curl")
	}
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
	require.NoError(t, err)
	folder, address := t.TempDir(), ports.Address(t)
	startUp(t, address, filepath.Join(folder, "asbru-data"))
	require.Eventually(t, func() bool {
		_, answer := get(t, "http://"+address+"/api/version", "")
		return !strings.Contains(answer, "starting")
	}, time.Minute, 10*time.Millisecond)
	sh := startShell(t, folder)
	sh.run("curl() { command curl --connect-to 127.0.0.1:8080:" + address + ` "$@"; }`)
	for _, commands := range prepare {
		require.Empty(t, sh.run(commands))
	}

	steps := regexp.MustCompile("(?s)```sh\n(.*?)```\n(?:```json\n(.*?)```)?").FindAllStringSubmatch(string(page), -1)
	require.Greater(t, len(steps), 5)
	for _, step := range steps {
		commands, want := step[1], step[2]
		got := sh.run(commands)
		if want == "" {
			require.Empty(t, got, commands)
			continue
		}
		// What only reads may be a moment behind the calls.
		for deadline := time.Now().Add(30 * time.Second); !answers(got, want) && !strings.Contains(commands, "-d") && !strings.Contains(commands, "ask") && time.Now().Before(deadline); {
			got = sh.run(commands)
		}
		require.True(t, answers(got, want), "%s\nanswered:\n%s\nthe page says:\n%s", commands, got, want)
	}
}

// answers says whether an answer has all that is wanted of it. Of several JSON values the
// last counts.
func answers(got, want string) bool {
	var is, wanted any
	for d := json.NewDecoder(strings.NewReader(got)); ; {
		if err := d.Decode(&is); err == io.EOF {
			break
		} else if err != nil {
			return false
		}
	}
	return json.Unmarshal([]byte(want), &wanted) == nil && holds(is, wanted)
}

func holds(is, wanted any) bool {
	switch wanted := wanted.(type) {
	case map[string]any:
		members, _ := is.(map[string]any)
		for name, value := range wanted {
			if member, ok := members[name]; !ok || !holds(member, value) {
				return false
			}
		}
		return true
	case []any:
		elements, _ := is.([]any)
		if len(elements) != len(wanted) {
			return false
		}
		for i := range wanted {
			if !holds(elements[i], wanted[i]) {
				return false
			}
		}
		return true
	case string:
		text, ok := is.(string)
		pattern := strings.ReplaceAll(regexp.QuoteMeta(wanted), "…", ".*")
		return ok && regexp.MustCompile("^(?s:"+pattern+")$").MatchString(text)
	}
	return is == wanted
}

// shell is a shell that commands are given one after another.
type shell struct {
	t   *testing.T
	in  io.Writer
	out *bufio.Reader
}

func startShell(t *testing.T, folder string) *shell {
	t.Helper()
	cmd := exec.Command("bash") // it ends when its input does
	cmd.Dir = folder
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		in.Close()
		require.NoError(t, cmd.Wait())
	})
	return &shell{t, in, bufio.NewReader(out)}
}

// run returns what commands print.
func (s *shell) run(commands string) string {
	s.t.Helper()
	const end = "\x00\n"
	_, err := fmt.Fprintf(s.in, "{ %s\n} 2>&1; printf '\\0\\n'\n", commands)
	require.NoError(s.t, err)
	var printed bytes.Buffer
	for {
		line, err := s.out.ReadString('\n')
		require.NoError(s.t, err)
		printed.WriteString(line)
		if strings.HasSuffix(line, end) {
			return strings.TrimSuffix(printed.String(), end)
		}
	}
}
