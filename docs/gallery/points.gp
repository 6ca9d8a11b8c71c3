# points: Where do each group's scores lie?
# Share of each group's people by score. Those without a score are in no column, so what stands lower covers fewer.
# Draw it with gnuplot 5.4 or later: gnuplot points.gp
# The numbers are in points.dat, a block (index) for each series.
set terminal svg noenhanced size 340,310 dynamic font 'sans,11' background rgb 'white'
set output 'points.svg'
title = 'Where do each group''s scores lie?' # '' where a caption says it
data = 'points.dat'
set encoding utf8
set datafile separator tab
set border 0
set tics scale 0
set grid xtics lc rgb '#e0e2e6' lw 0.7 lt 1
unset key
set multiplot
set label 1 title at screen 0.0235, screen 0.9484
set grid ytics

# --- composite_index
unset arrow
unset object
set lmargin at screen 0.1141
set rmargin at screen 0.8076
set tmargin at screen 0.7548
set bmargin at screen 0.1806
set xrange [20:100]
set xtics 20
set format x '%.0f'
set yrange [0:0.08]
set ytics 0.02
set format y '%.2f'
set xlabel 'score'
set label 2 'composite_index' at graph 0, graph 1 offset 0, 1.9
set label 3 'share of the group' at graph 0, graph 1 offset 0, 0.7 tc rgb '#565b64'
set object rectangle from graph 1.0297, graph 0.9705 to graph 1.0636, graph 1.0155 noclip fs solid noborder fc rgb '#332288'
set label 'urban' at graph 1.0806, graph 0.9930
set object rectangle from graph 1.0297, graph 0.6385 to graph 1.0636, graph 0.6835 noclip fs solid noborder fc rgb '#cc6677'
set label 'migrant' at graph 1.0806, graph 0.6610
set object rectangle from graph 1.0297, graph 0.4647 to graph 1.0636, graph 0.5097 noclip fs solid noborder fc rgb '#117733'
set label 'rural' at graph 1.0806, graph 0.4872
plot data index 0 using 1:2 with histeps lw 1.5 dt 1 lc rgb '#332288', \
  data index 1 using 1:2 with histeps lw 1.5 dt '-' lc rgb '#cc6677', \
  data index 2 using 1:2 with histeps lw 1.5 dt '.' lc rgb '#117733'

unset multiplot
set output
