import type { EChartsCoreOption } from 'echarts/core';
import { type Child, type FigureName, isRanked, magnitudeOf, readFigure } from '../figures.js';
import { toneOf } from '../levels.js';
import { type Scale, scaleOver, shadeOf } from '../shades.js';
import { isStill, remOf, themed } from '../theme.js';
import type { Language } from '../words/language.js';
import { shortly } from './ranking.js';

/** The regions that a figure can be measured in, over its scale. */
export const scaleOf = (regions: readonly Child[], figure: FigureName): Scale =>
  scaleOver(
    regions
      .filter((region) => isRanked(region, figure))
      .map((region) => magnitudeOf(readFigure(region, figure)) ?? 0),
  );

/** What the chart is to draw: every region in the colour of its reading, with its name and the reading on it. */
export function mapOption(
  map: string,
  regions: readonly Child[],
  figure: FigureName,
  language: Language,
): EChartsCoreOption {
  const rem = remOf();
  const scale = scaleOf(regions, figure);
  const data = regions.map((region) => {
    const colours = coloursOf(region, figure, scale);
    const text = isRanked(region, figure) ? shortly(language, readFigure(region, figure)) : '–';
    return {
      name: region.region.code.slice(0, 6),
      itemStyle: { areaColor: colours.areaColor },
      emphasis: { itemStyle: { areaColor: colours.areaColor }, label: { color: colours.color } },
      label: {
        formatter: `{name|${language.place(region.region)}}\n{value|${text}}`,
        rich: {
          name: { ...written(colours), fontSize: rem * 1.05, lineHeight: rem * 1.4 },
          value: { ...written(colours), fontSize: rem * 1.35, fontWeight: 700, lineHeight: rem * 1.6 },
        },
      },
    };
  });
  return drawn(map, data);
}

/** The same outlines with one of them lit: where a place lies. */
export function placeOption(map: string, county: { code: string; name: string }): EChartsCoreOption {
  const colours = { areaColor: themed('shade-3'), color: themed('on-shade-3') };
  const lit = {
    name: county.code.slice(0, 6),
    itemStyle: { areaColor: colours.areaColor },
    label: {
      show: true,
      ...written(colours),
      fontSize: remOf() * 1.1,
      fontWeight: 700,
      formatter: county.name,
    },
  };
  const option = drawn(map, [lit]);
  return {
    ...option,
    series: option.series.map((series) => ({ ...series, label: { show: false }, silent: true })),
  };
}

function drawn(map: string, data: readonly object[]) {
  const rem = remOf();
  const margin = '2%';
  return {
    animation: !isStill(),
    animationDurationUpdate: 400,
    series: [
      {
        type: 'map',
        map,
        selectedMode: false,
        aspectScale: 0.84,
        ...{ left: margin, right: margin, top: margin, bottom: margin },
        itemStyle: { borderColor: themed('ground'), borderWidth: rem / 8, areaColor: themed('none') },
        emphasis: { itemStyle: { borderColor: themed('ink'), borderWidth: rem / 5 } },
        label: { show: true, fontFamily: themed('face') },
        data,
      },
    ],
  };
}

interface Colours {
  readonly areaColor: string;
  readonly color: string;
}

/** Edged with the colour of its region: what reaches over a border can still be read. */
const written = ({ areaColor, color }: Colours) => ({
  color,
  textBorderColor: areaColor,
  textBorderWidth: remOf() / 4,
  fontFamily: themed('face'),
});

/** A level has its own colour; a measure one of five shades, each with the colour of what is written on it. */
function coloursOf(region: Child, figure: FigureName, scale: Scale): Colours {
  const named = (name: string) => ({ areaColor: themed(name), color: themed(`on-${name}`) });
  if (figure === 'standing') return named(toneOf(region.standing));
  const size = magnitudeOf(readFigure(region, figure));
  return named(size === null ? 'none' : `shade-${shadeOf(size, scale)}`);
}
