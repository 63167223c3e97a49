package frame

import (
	"reflect"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// merger lays a guest's changes over a value of ours. Of each member there are three: as
// it is, as the guest was shown it, and as the guest gave it back. What came back as it
// was shown stays as it is.
type merger struct {
	reshaped bool // a list that was not shown whole came back in another length
}

func merge[T any](m *merger, is, sent, got T) T {
	merged := m.value(reflect.ValueOf(is), reflect.ValueOf(sent), reflect.ValueOf(got))
	out, _ := merged.Interface().(T)
	return out
}

func (m *merger) value(is, sent, got reflect.Value) reflect.Value {
	if reflect.DeepEqual(sent.Interface(), got.Interface()) {
		return is
	}
	switch is.Kind() {
	case reflect.Struct:
		out := reflect.New(is.Type()).Elem()
		for i := range is.NumField() {
			out.Field(i).Set(m.value(is.Field(i), sent.Field(i), got.Field(i)))
		}
		return out
	case reflect.Pointer:
		if is.IsNil() || sent.IsNil() || got.IsNil() {
			return got
		}
		out := reflect.New(is.Type().Elem())
		out.Elem().Set(m.value(is.Elem(), sent.Elem(), got.Elem()))
		return out
	case reflect.Slice:
		if is.Type().Elem().Kind() != reflect.Struct {
			return got
		}
		return m.list(is, sent, got)
	}
	return got
}

// list merges lists of messages, parts, tools, choices.
func (m *merger) list(is, sent, got reflect.Value) reflect.Value {
	at, found := places(is, sent)
	if found && sent.Len() == got.Len() {
		out := reflect.MakeSlice(is.Type(), is.Len(), is.Len())
		reflect.Copy(out, is)
		for j, i := range at {
			out.Index(i).Set(m.value(is.Index(i), sent.Index(j), got.Index(j)))
		}
		return out
	}
	if is.Len() != sent.Len() {
		m.reshaped = true
		return got
	}
	return m.ends(is, sent, got)
}

// ends keeps what came back unchanged before and behind the first and the last change.
func (m *merger) ends(is, sent, got reflect.Value) reflect.Value {
	out := reflect.MakeSlice(is.Type(), got.Len(), got.Len())
	reflect.Copy(out, got)
	same := func(j, k int) bool {
		return reflect.DeepEqual(sent.Index(j).Interface(), got.Index(k).Interface())
	}
	i := 0
	for i < sent.Len() && i < got.Len() && same(i, i) {
		out.Index(i).Set(is.Index(i))
		i++
	}
	for j, k := sent.Len()-1, got.Len()-1; j >= i && k >= i && same(j, k); j, k = j-1, k-1 {
		out.Index(k).Set(is.Index(j))
	}
	return out
}

// places returns where in is each element of sent stands. What is was shown as sent, so
// that sent may lack some of it.
func places(is, sent reflect.Value) (at []int, found bool) {
	for i := 0; i < is.Len() && len(at) < sent.Len(); i++ {
		if resemble(is.Index(i).Interface(), sent.Index(len(at)).Interface()) {
			at = append(at, i)
		}
	}
	return at, len(at) == sent.Len()
}

// resemble says whether b may be what a was shown as.
func resemble(a, b any) bool {
	switch a := a.(type) {
	case api.Part:
		b, _ := b.(api.Part)
		return a.Kind == b.Kind && a.Text == b.Text
	case api.Message:
		b, _ := b.(api.Message)
		return a.Role == b.Role
	case api.Tool:
		b, _ := b.(api.Tool)
		return a.Name == b.Name
	case api.Choice:
		b, _ := b.(api.Choice)
		return a.Index == b.Index
	case api.Input:
		return true
	}
	return reflect.DeepEqual(a, b)
}
