# attribution: Where do the gaps come from?
# How much of each gap would vanish if one cause were repaired (Shapley values); the remainder is the scorer's own.
# Draw it with gnuplot 5.4 or later: gnuplot attribution.gp
# The numbers are in attribution.dat, a block (index) for each series.
set terminal svg noenhanced size 340,188 dynamic font 'sans,11' background rgb 'white'
set output 'attribution.svg'
title = 'Where do the gaps come from?' # '' where a caption says it
data = 'attribution.dat'
set encoding utf8
set datafile separator tab
set border 0
set tics scale 0
set grid xtics lc rgb '#e0e2e6' lw 0.7 lt 1
unset key
set multiplot
set label 1 title at screen 0.0235, screen 0.9149

# --- parity gap
unset arrow
unset object
set lmargin at screen 0.3118
set rmargin at screen 0.7165
set tmargin at screen 0.6809
set bmargin at screen 0.2979
set xrange [-0.1:0.30000000000000004]
set xtics 0.1
set format x '%.1f'
set yrange [2.5:-0.5]
set ytics ('logistic' 0, 'rule_list' 1, 'composite_index' 2)
set xlabel 'part of the gap'
set label 2 'parity gap' at graph 0, graph 1 offset 0, 0.8
set arrow from first 0, graph 0 to first 0, graph 1 nohead back lc rgb '#8a8f98'
set object rectangle from graph 1.0509, graph 0.8542 to graph 1.1090, graph 0.9653 noclip fs solid noborder fc rgb '#332288'
set label 'absence' at graph 1.1381, graph 0.9097
set object rectangle from graph 1.0509, graph 0.6736 to graph 1.1090, graph 0.7847 noclip fs solid noborder fc rgb '#cc6677'
set label 'thin files' at graph 1.1381, graph 0.7292
set object rectangle from graph 1.0509, graph 0.4931 to graph 1.1090, graph 0.6042 noclip fs solid noborder fc rgb '#117733'
set label 'missed links' at graph 1.1381, graph 0.5486
set object rectangle from graph 1.0509, graph 0.3125 to graph 1.1090, graph 0.4236 noclip fs solid noborder fc rgb '#aa4499'
set label 'base rate' at graph 1.1381, graph 0.3681
set object rectangle from graph 1.0509, graph 0.1319 to graph 1.1090, graph 0.2431 noclip fs solid noborder fc rgb '#999999'
set label 'remainder' at graph 1.1381, graph 0.1875
plot data index 0 using (($1 + $7) / 2):2:(abs($1 - $7) / 2):(0.33) with boxxyerror fs solid noborder lc rgb '#332288', \
  data index 1 using (($1 + $7) / 2):2:(abs($1 - $7) / 2):(0.33) with boxxyerror fs solid noborder lc rgb '#cc6677', \
  data index 2 using (($1 + $7) / 2):2:(abs($1 - $7) / 2):(0.33) with boxxyerror fs solid noborder lc rgb '#117733', \
  data index 3 using (($1 + $7) / 2):2:(abs($1 - $7) / 2):(0.33) with boxxyerror fs solid noborder lc rgb '#aa4499', \
  data index 4 using (($1 + $7) / 2):2:(abs($1 - $7) / 2):(0.33) with boxxyerror fs solid noborder lc rgb '#999999'

unset multiplot
set output
