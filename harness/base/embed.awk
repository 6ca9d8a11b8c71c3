# Turns INI files, rule lists and the parts of the HTML page into C: one row {kind, name, text} per file,
# kind from the folder it lies in, or "rules" where its name ends so.
# usage: awk -f embed.awk datasets/populations/*.ini datasets/processes/*.ini harness/studies/*.ini harness/studies/*.rules
function finish() { if (open) print "},"; open = 0 }
BEGIN {
  kinds["populations"] = "population"; kinds["schemas"] = "schema"; kinds["studies"] = "study"
  kinds["processes"] = "process"; kinds["html"] = "page"
  print "#include \"harness/base/embedded.h\"\nconst struct es_embedded es_embedded[] = {"
}
FNR == 1 {
  finish(); parts = split(FILENAME, path, "/"); name = path[parts]
  kind = name ~ /\.rules$/ ? "rules" : kinds[path[parts - 1]]; sub(/\.(ini|rules)$/, "", name)
  printf "{\"%s\", \"%s\",\n", kind, name; open = 1
}
{ gsub(/\\/, "&&"); gsub(/"/, "\\\""); gsub(/\?/, "\\?"); printf "\"%s\\n\"\n", $0 }
END {
  finish()
  print "};\nconst size_t es_embedded_count = sizeof es_embedded / sizeof es_embedded[0];"
}
