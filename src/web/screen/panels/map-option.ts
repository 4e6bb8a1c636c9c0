import type { EChartsCoreOption } from 'echarts/core';
import type { Room } from '../chart.js';
import { type Child, type FigureName, isRanked, isWithheld, magnitudeOf, readFigure } from '../figures.js';
import { toneOf } from '../levels.js';
import { type Scale, scaleOver, shadeOf } from '../shades.js';
import { isStill, themed } from '../theme.js';
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
  room: Room,
): EChartsCoreOption {
  const em = emOf(room);
  const scale = scaleOf(regions, figure);
  const data = regions.map((region) => {
    const colours = coloursOf(region, figure, scale);
    const reading = readFigure(region, figure);
    const text = isRanked(region, figure) || isWithheld(reading) ? shortly(language, reading) : '–';
    return {
      name: region.region.code.slice(0, 6),
      itemStyle: { areaColor: colours.areaColor },
      emphasis: { itemStyle: { areaColor: colours.areaColor }, label: { color: colours.color } },
      label: {
        formatter: `{name|${language.place(region.region)}}\n{value|${text}}`,
        rich: {
          name: { ...written(colours, em), fontSize: em * 1.05, lineHeight: em * 1.25 },
          value: { ...written(colours, em), fontSize: em * 1.35, fontWeight: 700, lineHeight: em * 1.45 },
        },
      },
    };
  });
  return drawn(map, data, room);
}

/** The same outlines with one of them lit: where a place lies. */
export function placeOption(
  map: string,
  county: { code: string; name: string },
  room: Room,
): EChartsCoreOption {
  // The only name on it: there is none for it to meet.
  const em = room.rem;
  const colours = { areaColor: themed('shade-3'), color: themed('on-shade-3') };
  const lit = {
    name: county.code.slice(0, 6),
    itemStyle: { areaColor: colours.areaColor },
    label: {
      show: true,
      ...written(colours, em),
      fontSize: em * 1.1,
      fontWeight: 700,
      formatter: county.name,
    },
  };
  const option = drawn(map, [lit], room);
  return {
    ...option,
    series: option.series.map((series) => ({ ...series, label: { show: false }, silent: true })),
  };
}

/**
 * The size of text on the map: a rem, or less where the map is so small that names would meet. The closest are Jieshou
 * and Taihe side by side, and Yingquan above Yingzhou: with so many em to the width and to the height they keep apart.
 */
const emOf = ({ rem, width, height }: Room): number => Math.min(rem, width / 28.5, height / 19.6);

function drawn(map: string, data: readonly object[], { rem }: Room) {
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
const written = ({ areaColor, color }: Colours, em: number) => ({
  color,
  textBorderColor: areaColor,
  textBorderWidth: em / 4,
  fontFamily: themed('face'),
});

/** A level has its own colour; a measure one of five shades, each with the colour of what is written on it. */
function coloursOf(region: Child, figure: FigureName, scale: Scale): Colours {
  const named = (name: string) => ({ areaColor: themed(name), color: themed(`on-${name}`) });
  if (figure === 'standing') return named(toneOf(region.standing));
  const size = magnitudeOf(readFigure(region, figure));
  return named(size === null ? 'none' : `shade-${shadeOf(size, scale)}`);
}
