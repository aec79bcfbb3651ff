// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

class QAction;
class QStackedWidget;

namespace nephele {

class NoticeLine;
class StatePage;

// What an empty pane says: what the thing is good for, and the first thing to do.
struct EmptyWords
{
    QString iconName;
    QString title; // "No volumes yet"
    QString text; // one sentence
    QAction *action = nullptr; // the primary button; null: none
    QAction *secondAction = nullptr;
};

// What could not be done, why; the details are behind a button.
struct FailedWords
{
    QString title; // "The servers could not be loaded"
    QString reason; // "cloud.example.org does not answer."
    QString details; // code, request, the server's own words; empty: no button
};

// The four faces of a pane around its content: rows, loading (nothing for 300 ms, then grey rows), empty,
// failed (tries again by itself). A fifth, "nothing matches", belongs to a filter. Owns the content.
class PaneFaces : public QWidget
{
    Q_OBJECT

public:
    enum class Face { Content, Loading, Empty, NoMatch, Failed };

    explicit PaneFaces(QWidget *content, QWidget *parent = nullptr);

    void setEmptyWords(const EmptyWords &words);

    Face face() const { return m_face; }
    void showContent();
    void showLoading(); // a reload over rows keeps them: call it only when there are none
    void showEmpty();
    void showNoMatch(const QString &filter);
    // Over rows they stay, and a line above says how old they are. retryInSeconds 0: does not try by itself.
    void showFailed(const FailedWords &words, int retryInSeconds = 8);

    NoticeLine *notice() const { return m_notice; }

signals:
    void faceChanged(nephele::PaneFaces::Face face);
    void retryWanted(); // by the button or by the clock
    void clearFilterWanted();

private:
    void setFace(Face face);
    void countDown();
    void tellFailure();
    void showDetails();

    NoticeLine *m_notice;
    QStackedWidget *m_stack;
    QWidget *m_content;
    QWidget *m_blank;
    QWidget *m_loading;
    StatePage *m_empty;
    StatePage *m_noMatch;
    StatePage *m_failed;
    Face m_face = Face::Content;
    QTimer m_loadingDelay;
    QTimer m_retry;
    int m_retryInSeconds = 0;
    qint64 m_contentAtMs = 0;
    FailedWords m_failure;
};

} // namespace nephele
