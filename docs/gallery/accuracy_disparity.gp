# accuracy_disparity: What does accuracy cost in equality?
# Right is more accurate, low is more equal. The line joins the scorers that no other beats in both; grey: yardsticks.
# Draw it with gnuplot 5.4 or later: gnuplot accuracy_disparity.gp
# The numbers are in accuracy_disparity.dat, a block (index) for each series.
set terminal svg noenhanced size 340,310 dynamic font 'sans,11' background rgb 'white'
set output 'accuracy_disparity.svg'
title = 'What does accuracy cost in equality?' # '' where a caption says it
data = 'accuracy_disparity.dat'
set encoding utf8
set datafile separator tab
set border 0
set tics scale 0
set grid xtics lc rgb '#e0e2e6' lw 0.7 lt 1
unset key
set multiplot
set label 1 title at screen 0.0235, screen 0.9484
set grid ytics

# --- What does accuracy cost in equality?
unset arrow
unset object
set lmargin at screen 0.0959
set rmargin at screen 0.6618
set tmargin at screen 0.7548
set bmargin at screen 0.1806
set xrange [0.65:0.9]
set xtics 0.05
set format x '%.2f'
set yrange [0:0.30000000000000004]
set ytics 0.1
set format y '%.1f'
set xlabel 'AUC'
set label 2 '' at graph 0, graph 1 offset 0, 1.9
set label 3 'parity gap' at graph 0, graph 1 offset 0, 0.7 tc rgb '#565b64'
set arrow from first 0.7617559322, first 0.2616074937 to graph 1.0312, graph 0.8720 nohead back lw 0.5 lc rgb '#8a8f98'
set object rectangle from graph 1.0364, graph 0.8496 to graph 1.0780, graph 0.8945 noclip fs solid noborder fc rgb '#0072b2'
set label 'logistic' at graph 1.0988, graph 0.8720
set arrow from first 0.7294886015, first 0.2414670659 to graph 1.0312, graph 0.7990 nohead back lw 0.5 lc rgb '#8a8f98'
set object rectangle from graph 1.0364, graph 0.7765 to graph 1.0780, graph 0.8215 noclip fs solid noborder fc rgb '#d55e00'
set label 'rule_list' at graph 1.0988, graph 0.7990
set arrow from first 0.7383087866, first 0.2370978515 to graph 1.0312, graph 0.7260 nohead back lw 0.5 lc rgb '#8a8f98'
set object rectangle from graph 1.0364, graph 0.7035 to graph 1.0780, graph 0.7484 noclip fs solid noborder fc rgb '#009e73'
set label 'composite_index' at graph 1.0988, graph 0.7260
set arrow from first 0.8353465621, first 0.06159020542 to graph 1.0312, graph 0.2053 nohead back lw 0.5 lc rgb '#8a8f98'
set object rectangle from graph 1.0364, graph 0.1828 to graph 1.0780, graph 0.2278 noclip fs solid noborder fc rgb '#555555'
set label 'oracle' at graph 1.0988, graph 0.2053
plot data index 4 using 1:2 with lines dt '-' lc rgb '#999999', \
  data index 0 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#0072b2', \
  data index 0 using 1:2:5:6 with yerrorbars ps 0 lw 1.5 lc rgb '#0072b2', \
  data index 0 using 1:2 with points pt 7 ps 0.7 lw 1.5 lc rgb '#0072b2', \
  data index 1 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#d55e00', \
  data index 1 using 1:2:5:6 with yerrorbars ps 0 lw 1.5 lc rgb '#d55e00', \
  data index 1 using 1:2 with points pt 7 ps 0.7 lw 1.5 lc rgb '#d55e00', \
  data index 2 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#009e73', \
  data index 2 using 1:2:5:6 with yerrorbars ps 0 lw 1.5 lc rgb '#009e73', \
  data index 2 using 1:2 with points pt 7 ps 0.7 lw 1.5 lc rgb '#009e73', \
  data index 3 using 1:2:3:4 with xerrorbars ps 0 lw 1.5 lc rgb '#555555', \
  data index 3 using 1:2:5:6 with yerrorbars ps 0 lw 1.5 lc rgb '#555555', \
  data index 3 using 1:2 with points pt 7 ps 0.7 lc rgb 'white', \
  data index 3 using 1:2 with points pt 6 ps 0.7 lw 1.5 lc rgb '#555555'

unset multiplot
set output
