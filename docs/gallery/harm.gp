# harm: Who bears the harm?
# Each group's share of the harm of wrong decisions (colour) against its share of the people (grey).
# Draw it with gnuplot 5.4 or later: gnuplot harm.gp
# The numbers are in harm.dat, a block (index) for each series.
set terminal svg noenhanced size 1020,342 dynamic font 'sans,11' background rgb 'white'
set output 'harm.svg'
title = 'Who bears the harm?' # '' where a caption says it
data = 'harm.dat'
set encoding utf8
set datafile separator tab
set border 0
set tics scale 0
set grid xtics lc rgb '#e0e2e6' lw 0.7 lt 1
unset key
set multiplot
set label 1 title at screen 0.0078, screen 0.9532

# --- logistic, wrongful restriction days
unset arrow
unset object
set lmargin at screen 0.0537
set rmargin at screen 0.3196
set tmargin at screen 0.8246
set bmargin at screen 0.6140
set xrange [0:0.6000000000000001]
set xtics 0.2
set format x '%.1f'
set yrange [2.5:-0.5]
set ytics ('urban' 0, 'migrant' 1, 'rural' 2)
set xlabel 'share'
set label 2 'logistic, wrongful restriction days' at graph 0, graph 1 offset 0, 0.8
set arrow from first 0, graph 0 to first 0, graph 1 nohead back lc rgb '#8a8f98'
plot data index 1 using (($1 + $7) / 2):2:(abs($1 - $7) / 2):(0.33) with boxxyerror fs solid noborder lc rgb '#0072b2', \
  data index 0 using 1:2 with points pt 7 ps 0.7 lc rgb 'white', \
  data index 0 using 1:2 with points pt 6 ps 0.7 lw 1.5 lc rgb '#555555'

# --- logistic, expected cost
unset arrow
unset object
unset label
set lmargin at screen 0.3871
set rmargin at screen 0.6529
set tmargin at screen 0.8246
set bmargin at screen 0.6140
set xrange [0:0.6000000000000001]
set xtics 0.2
set format x '%.1f'
set yrange [2.5:-0.5]
set ytics ('urban' 0, 'migrant' 1, 'rural' 2)
set xlabel 'share'
set label 2 'logistic, expected cost' at graph 0, graph 1 offset 0, 0.8
set arrow from first 0, graph 0 to first 0, graph 1 nohead back lc rgb '#8a8f98'
plot data index 3 using (($1 + $7) / 2):2:(abs($1 - $7) / 2):(0.33) with boxxyerror fs solid noborder lc rgb '#0072b2', \
  data index 2 using 1:2 with points pt 7 ps 0.7 lc rgb 'white', \
  data index 2 using 1:2 with points pt 6 ps 0.7 lw 1.5 lc rgb '#555555'

# --- rule_list, wrongful restriction days
unset arrow
unset object
unset label
set lmargin at screen 0.7204
set rmargin at screen 0.9863
set tmargin at screen 0.8246
set bmargin at screen 0.6140
set xrange [0:0.6000000000000001]
set xtics 0.2
set format x '%.1f'
set yrange [2.5:-0.5]
set ytics ('urban' 0, 'migrant' 1, 'rural' 2)
set xlabel 'share'
set label 2 'rule_list, wrongful restriction days' at graph 0, graph 1 offset 0, 0.8
set arrow from first 0, graph 0 to first 0, graph 1 nohead back lc rgb '#8a8f98'
plot data index 5 using (($1 + $7) / 2):2:(abs($1 - $7) / 2):(0.33) with boxxyerror fs solid noborder lc rgb '#d55e00', \
  data index 4 using 1:2 with points pt 7 ps 0.7 lc rgb 'white', \
  data index 4 using 1:2 with points pt 6 ps 0.7 lw 1.5 lc rgb '#555555'

# --- rule_list, expected cost
unset arrow
unset object
unset label
set lmargin at screen 0.0537
set rmargin at screen 0.3196
set tmargin at screen 0.3743
set bmargin at screen 0.1637
set xrange [0:0.6000000000000001]
set xtics 0.2
set format x '%.1f'
set yrange [2.5:-0.5]
set ytics ('urban' 0, 'migrant' 1, 'rural' 2)
set xlabel 'share'
set label 2 'rule_list, expected cost' at graph 0, graph 1 offset 0, 0.8
set arrow from first 0, graph 0 to first 0, graph 1 nohead back lc rgb '#8a8f98'
plot data index 7 using (($1 + $7) / 2):2:(abs($1 - $7) / 2):(0.33) with boxxyerror fs solid noborder lc rgb '#d55e00', \
  data index 6 using 1:2 with points pt 7 ps 0.7 lc rgb 'white', \
  data index 6 using 1:2 with points pt 6 ps 0.7 lw 1.5 lc rgb '#555555'

# --- composite_index, wrongful restriction days
unset arrow
unset object
unset label
set lmargin at screen 0.3871
set rmargin at screen 0.6529
set tmargin at screen 0.3743
set bmargin at screen 0.1637
set xrange [0:0.6000000000000001]
set xtics 0.2
set format x '%.1f'
set yrange [2.5:-0.5]
set ytics ('urban' 0, 'migrant' 1, 'rural' 2)
set xlabel 'share'
set label 2 'composite_index, wrongful restriction days' at graph 0, graph 1 offset 0, 0.8
set arrow from first 0, graph 0 to first 0, graph 1 nohead back lc rgb '#8a8f98'
plot data index 9 using (($1 + $7) / 2):2:(abs($1 - $7) / 2):(0.33) with boxxyerror fs solid noborder lc rgb '#009e73', \
  data index 8 using 1:2 with points pt 7 ps 0.7 lc rgb 'white', \
  data index 8 using 1:2 with points pt 6 ps 0.7 lw 1.5 lc rgb '#555555'

# --- composite_index, expected cost
unset arrow
unset object
unset label
set lmargin at screen 0.7204
set rmargin at screen 0.9863
set tmargin at screen 0.3743
set bmargin at screen 0.1637
set xrange [0:0.6000000000000001]
set xtics 0.2
set format x '%.1f'
set yrange [2.5:-0.5]
set ytics ('urban' 0, 'migrant' 1, 'rural' 2)
set xlabel 'share'
set label 2 'composite_index, expected cost' at graph 0, graph 1 offset 0, 0.8
set arrow from first 0, graph 0 to first 0, graph 1 nohead back lc rgb '#8a8f98'
plot data index 11 using (($1 + $7) / 2):2:(abs($1 - $7) / 2):(0.33) with boxxyerror fs solid noborder lc rgb '#009e73', \
  data index 10 using 1:2 with points pt 7 ps 0.7 lc rgb 'white', \
  data index 10 using 1:2 with points pt 6 ps 0.7 lw 1.5 lc rgb '#555555'

unset multiplot
set output
