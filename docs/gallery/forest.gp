# forest: How unequal is each scorer?
# The gap between the groups that fare best and worst. 0 is none; the line is the interval.
# Draw it with gnuplot 5.4 or later: gnuplot forest.gp
# The numbers are in forest.dat, a block (index) for each series.
set terminal svg noenhanced size 1020,390 dynamic font 'sans,11' background rgb 'white'
set output 'forest.svg'
title = 'How unequal is each scorer?' # '' where a caption says it
data = 'forest.dat'
set encoding utf8
set datafile separator tab
set border 0
set tics scale 0
set grid xtics lc rgb '#e0e2e6' lw 0.7 lt 1
unset key
set multiplot
set label 1 title at screen 0.0078, screen 0.9590

# --- parity gap
unset arrow
unset object
set lmargin at screen 0.1039
set rmargin at screen 0.3196
set tmargin at screen 0.8462
set bmargin at screen 0.6000
set xrange [-0.2:0.4]
set xtics 0.2
set format x '%.1f'
set yrange [3.5:-0.5]
set ytics ('logistic' 0, 'rule_list' 1, 'composite_index' 2, 'oracle' 3)
set xlabel 'gap between groups'
set label 2 'parity gap' at graph 0, graph 1 offset 0, 0.8
set arrow from first 0, graph 0 to first 0, graph 1 nohead back lc rgb '#8a8f98'
plot data index 0 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#0072b2', \
  data index 0 using 1:2 with points pt 7 ps 0.7 lw 1.5 lc rgb '#0072b2', \
  data index 1 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#d55e00', \
  data index 1 using 1:2 with points pt 7 ps 0.7 lw 1.5 lc rgb '#d55e00', \
  data index 2 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#009e73', \
  data index 2 using 1:2 with points pt 7 ps 0.7 lw 1.5 lc rgb '#009e73', \
  data index 3 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#555555', \
  data index 3 using 1:2 with points pt 7 ps 0.7 lc rgb 'white', \
  data index 3 using 1:2 with points pt 6 ps 0.7 lw 1.5 lc rgb '#555555'

# --- opportunity gap
unset arrow
unset object
unset label
set lmargin at screen 0.4373
set rmargin at screen 0.6529
set tmargin at screen 0.8462
set bmargin at screen 0.6000
set xrange [-0.2:0.4]
set xtics 0.2
set format x '%.1f'
set yrange [3.5:-0.5]
set ytics ('logistic' 0, 'rule_list' 1, 'composite_index' 2, 'oracle' 3)
set xlabel 'gap between groups'
set label 2 'opportunity gap' at graph 0, graph 1 offset 0, 0.8
set arrow from first 0, graph 0 to first 0, graph 1 nohead back lc rgb '#8a8f98'
plot data index 4 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#0072b2', \
  data index 4 using 1:2 with points pt 7 ps 0.7 lw 1.5 lc rgb '#0072b2', \
  data index 5 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#d55e00', \
  data index 5 using 1:2 with points pt 7 ps 0.7 lw 1.5 lc rgb '#d55e00', \
  data index 6 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#009e73', \
  data index 6 using 1:2 with points pt 7 ps 0.7 lw 1.5 lc rgb '#009e73', \
  data index 7 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#555555', \
  data index 7 using 1:2 with points pt 7 ps 0.7 lc rgb 'white', \
  data index 7 using 1:2 with points pt 6 ps 0.7 lw 1.5 lc rgb '#555555'

# --- odds gap
unset arrow
unset object
unset label
set lmargin at screen 0.7706
set rmargin at screen 0.9863
set tmargin at screen 0.8462
set bmargin at screen 0.6000
set xrange [-0.2:0.4]
set xtics 0.2
set format x '%.1f'
set yrange [3.5:-0.5]
set ytics ('logistic' 0, 'rule_list' 1, 'composite_index' 2, 'oracle' 3)
set xlabel 'gap between groups'
set label 2 'odds gap' at graph 0, graph 1 offset 0, 0.8
set arrow from first 0, graph 0 to first 0, graph 1 nohead back lc rgb '#8a8f98'
plot data index 8 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#0072b2', \
  data index 8 using 1:2 with points pt 7 ps 0.7 lw 1.5 lc rgb '#0072b2', \
  data index 9 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#d55e00', \
  data index 9 using 1:2 with points pt 7 ps 0.7 lw 1.5 lc rgb '#d55e00', \
  data index 10 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#009e73', \
  data index 10 using 1:2 with points pt 7 ps 0.7 lw 1.5 lc rgb '#009e73', \
  data index 11 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#555555', \
  data index 11 using 1:2 with points pt 7 ps 0.7 lc rgb 'white', \
  data index 11 using 1:2 with points pt 6 ps 0.7 lw 1.5 lc rgb '#555555'

# --- wrongly denied gap
unset arrow
unset object
unset label
set lmargin at screen 0.1039
set rmargin at screen 0.3196
set tmargin at screen 0.3897
set bmargin at screen 0.1436
set xrange [-0.2:0.4]
set xtics 0.2
set format x '%.1f'
set yrange [3.5:-0.5]
set ytics ('logistic' 0, 'rule_list' 1, 'composite_index' 2, 'oracle' 3)
set xlabel 'gap between groups'
set label 2 'wrongly denied gap' at graph 0, graph 1 offset 0, 0.8
set arrow from first 0, graph 0 to first 0, graph 1 nohead back lc rgb '#8a8f98'
plot data index 12 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#0072b2', \
  data index 12 using 1:2 with points pt 7 ps 0.7 lw 1.5 lc rgb '#0072b2', \
  data index 13 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#d55e00', \
  data index 13 using 1:2 with points pt 7 ps 0.7 lw 1.5 lc rgb '#d55e00', \
  data index 14 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#009e73', \
  data index 14 using 1:2 with points pt 7 ps 0.7 lw 1.5 lc rgb '#009e73', \
  data index 15 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#555555', \
  data index 15 using 1:2 with points pt 7 ps 0.7 lc rgb 'white', \
  data index 15 using 1:2 with points pt 6 ps 0.7 lw 1.5 lc rgb '#555555'

# --- no score gap
unset arrow
unset object
unset label
set lmargin at screen 0.4373
set rmargin at screen 0.6529
set tmargin at screen 0.3897
set bmargin at screen 0.1436
set xrange [-0.2:0.4]
set xtics 0.2
set format x '%.1f'
set yrange [3.5:-0.5]
set ytics ('logistic' 0, 'rule_list' 1, 'composite_index' 2, 'oracle' 3)
set xlabel 'gap between groups'
set label 2 'no score gap' at graph 0, graph 1 offset 0, 0.8
set arrow from first 0, graph 0 to first 0, graph 1 nohead back lc rgb '#8a8f98'
plot data index 16 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#0072b2', \
  data index 16 using 1:2 with points pt 7 ps 0.7 lw 1.5 lc rgb '#0072b2', \
  data index 17 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#d55e00', \
  data index 17 using 1:2 with points pt 7 ps 0.7 lw 1.5 lc rgb '#d55e00', \
  data index 18 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#009e73', \
  data index 18 using 1:2 with points pt 7 ps 0.7 lw 1.5 lc rgb '#009e73', \
  data index 19 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#555555', \
  data index 19 using 1:2 with points pt 7 ps 0.7 lc rgb 'white', \
  data index 19 using 1:2 with points pt 6 ps 0.7 lw 1.5 lc rgb '#555555'

# --- AUC gap
unset arrow
unset object
unset label
set lmargin at screen 0.7706
set rmargin at screen 0.9863
set tmargin at screen 0.3897
set bmargin at screen 0.1436
set xrange [-0.2:0.4]
set xtics 0.2
set format x '%.1f'
set yrange [3.5:-0.5]
set ytics ('logistic' 0, 'rule_list' 1, 'composite_index' 2, 'oracle' 3)
set xlabel 'gap between groups'
set label 2 'AUC gap' at graph 0, graph 1 offset 0, 0.8
set arrow from first 0, graph 0 to first 0, graph 1 nohead back lc rgb '#8a8f98'
plot data index 20 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#0072b2', \
  data index 20 using 1:2 with points pt 7 ps 0.7 lw 1.5 lc rgb '#0072b2', \
  data index 21 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#d55e00', \
  data index 21 using 1:2 with points pt 7 ps 0.7 lw 1.5 lc rgb '#d55e00', \
  data index 22 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#009e73', \
  data index 22 using 1:2 with points pt 7 ps 0.7 lw 1.5 lc rgb '#009e73', \
  data index 23 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#555555', \
  data index 23 using 1:2 with points pt 7 ps 0.7 lc rgb 'white', \
  data index 23 using 1:2 with points pt 6 ps 0.7 lw 1.5 lc rgb '#555555'

unset multiplot
set output
