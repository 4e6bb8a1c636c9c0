import { LineChart, MapChart } from 'echarts/charts';
import { AriaComponent, GeoComponent, GridComponent } from 'echarts/components';
import { type EChartsCoreOption, type EChartsType, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

// SVG stays sharp at any size, and a chart that hangs on a wall for weeks keeps no canvas in memory.
use([LineChart, MapChart, GeoComponent, GridComponent, AriaComponent, SVGRenderer]);

interface ChartProps {
  readonly option: EChartsCoreOption;
  /** What the chart shows, in one sentence. */
  readonly label: string;
  /** Called with the name of the part that was clicked. */
  readonly onPick?: (name: string) => void;
}

/** One chart that lives as long as its place on the page and follows its size. */
export function Chart({ option, label, onPick }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);
  const pick = useRef(onPick);
  pick.current = onPick;

  useEffect(() => {
    if (!place.current) return;
    const made = init(place.current, null, { renderer: 'svg' });
    made.on('click', ({ name }) => pick.current?.(name));
    const sizes = new ResizeObserver(() => made.resize());
    sizes.observe(place.current);
    chart.current = made;
    return () => {
      sizes.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  // Merged, so that what has not changed is not drawn again.
  useEffect(() => chart.current?.setOption(option), [option]);

  return <div className="chart" role="img" aria-label={label} ref={place} />;
}
