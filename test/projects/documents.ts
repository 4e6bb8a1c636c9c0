const PROJECT = 'id kind name stage version allowedStages region { code }';

export const CREATE = `mutation ($input: CreateProjectInput!) {
  createProject(input: $input) { mark project { ${PROJECT} createdAt history { from to at by { name } note } } } }`;

export const CHANGE = `mutation ($input: ChangeProjectStageInput!) {
  changeProjectStage(input: $input) { mark project { ${PROJECT} } } }`;

export const PROJECT_BY_ID = `query ($id: ID!) { project(id: $id) {
  ${PROJECT} english: name(locale: EN) transferredMuHundredths plantedMuHundredths householdsLinked
  history { from to at by { name } note } } }`;

export const EDGE = `query ($code: RegionCode!) {
  region(code: $code) { name projects(first: 3) { totalCount edges { node { id region { code } } } } } }`;

export const FILTERED = `
  query ($within: RegionCode!, $filter: ProjectFilter, $first: Int!, $after: String) {
    projects(within: $within, filter: $filter, first: $first, after: $after) {
      totalCount edges { node { id kind stage } } } }`;
