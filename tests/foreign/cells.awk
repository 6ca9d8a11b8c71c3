# cells: the share of favourable outcomes among training people with as many cells filled.
#   --scorer 'command:awk -f cells.awk'
BEGIN {
  FS = ","; verb = ARGV[1]; model = ARGV[2] "/model"; ARGC = 1
  while (verb == "score" && (getline line < model) > 0) { split(line, f, " "); mean[f[1]] = f[2] }
}
NR == 1 { next }
{ n = 0; for (c = verb == "fit" ? 3 : 1; c <= NF; c++) n += $c != "" && $c != "\"\"" }
verb == "fit" { people[n] += $2; good[n] += $1 * $2 }
verb == "score" { print (n in mean) ? mean[n] : "declined" }
END {
  for (n in people) if (people[n] > 0) print n, good[n] / people[n] >model
  if (verb == "fit") print "learned from " NR - 1 " people"
}
