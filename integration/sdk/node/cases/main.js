// Runs the cases of a library: node cases/main.js LIBRARY OPERATION…
//
// A library is a file here and what it exports, as in openai:Azure. Each operation is a
// method of it, and a case with each provider's models; what came of it is printed as a
// line of JSON.

const [library, ...operations] = process.argv.slice(2);
const [file, name] = library.split(":");
const Cases = (await import(`./${file}.js`))[name];
const cases = new Cases();

for (const operation of operations) {
  for (const provider of cases.providers?.[operation] ?? ["openai", "anthropic", "gemini"]) {
    const line = { library, operation, provider };
    try {
      await cases[operation](provider);
    } catch (error) {
      line.error = `${error?.stack ?? error}`.slice(0, 3000) || "failed";
    }
    console.log(JSON.stringify(line));
  }
}
process.exit(0); // a connection that is kept open must not keep the program
