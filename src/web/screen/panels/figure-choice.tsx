import { FIGURES, type FigureName } from '../figures.js';
import { useLanguage } from '../words/language.js';

interface FigureChoiceProps {
  readonly figure: FigureName;
  readonly onFigure: (figure: FigureName) => void;
}

/** What the map and the ranking show. */
export function FigureChoice({ figure, onFigure }: FigureChoiceProps) {
  const { words } = useLanguage();
  return (
    <label className="choice">
      <span className="unseen">{words.figureLabel}</span>
      <select value={figure} onChange={({ target }) => onFigure(target.value as FigureName)}>
        {FIGURES.map((name) => (
          <option key={name} value={name}>
            {words.figures[name]}
          </option>
        ))}
      </select>
    </label>
  );
}
